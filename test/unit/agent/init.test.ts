import { spawnSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { readFlags } from '../../../src/lib/agent/command-line.js';
import { init } from '../../../src/lib/agent/tbot/init.js';
import { removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';
import { recordingLog } from './silent-log.js';
import { worldForTests } from './world.js';

removeFoldersAfterEach();

const READER = 'nobody';
const canShare = ['setfacl', 'getfacl'].every((name) => spawnSync(name, ['--version']).status === 0);
const hasReader = spawnSync('id', [READER]).status === 0;
const withAccessLists = canShare && hasReader ? it : it.skip;

async function run(...args: string[]): Promise<string> {
  const { log, lines } = recordingLog();
  await init.run(readFlags(args, init.flags, {}), worldForTests({ log }));
  return lines.join('');
}

async function configure(outputs: string[]): Promise<{ folder: string; config: string }> {
  const folder = await temporaryFolder();
  const config = join(folder, 'tbot.yaml');
  const list = outputs.map((name) => `- {type: identity, destination: {type: directory, path: ${folder}/${name}}}`);
  await writeFile(config, `version: v2\noutputs:\n${list.join('\n')}\n`);
  return { folder, config };
}

describe('tbot init', () => {
  it('makes the folder and the files of the output, private to their owner', async () => {
    const { folder, config } = await configure(['out']);
    await run('-c', config);

    const names = await readdir(join(folder, 'out'));
    expect(names).toEqual(expect.arrayContaining(['identity', 'key', 'tlscert', 'ssh_config', 'teleport-host-ca.crt']));
    for (const name of names) expect((await stat(join(folder, 'out', name))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'out'))).mode & 0o777).toBe(0o700);
  });

  it('names files that are none of the output, and removes them when asked to', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'mine.txt'), 'x');
    await writeFile(join(folder, 'leaf.known_hosts'), 'x');

    expect(await run('--destination-dir', folder)).toMatch(/WARN.*--clean removes it.*mine\.txt/);
    expect(await readdir(folder)).toContain('mine.txt');
    await run('--destination-dir', folder, '--clean');
    expect(await readdir(folder)).not.toContain('mine.txt');
    expect(await readdir(folder)).toContain('leaf.known_hosts');
  });

  withAccessLists('lets the bot write and the reader read', async () => {
    const folder = await temporaryFolder();
    const bot = userInfo().username;
    await run('--destination-dir', folder, '--bot-user', bot, '--reader-user', READER);

    const { stdout } = spawnSync('getfacl', ['--omit-header', join(folder, 'identity')], { encoding: 'utf8' });
    expect(stdout.trim().split('\n').sort()).toEqual(
      ['group::---', 'mask::rw-', 'other::---', 'user::rw-', `user:${READER}:r--`, `user:${bot}:rw-`].sort(),
    );
  });

  it.each([
    [['out', 'other'], [], /several outputs have a folder/],
    [['out'], ['--init-dir', '/nowhere'], /no output writes to \/nowhere/],
    [['out'], ['--owner', 'me'], /USER:GROUP/],
    [['out'], ['--bot-user', 'me'], /need --bot-user and --reader-user/],
    [['out'], ['--bot-user', 'no-such-user', '--reader-user', 'no-such-user'], /no-such-user is not known/],
  ])('of outputs %j with %j touches nothing', async (outputs, args, message) => {
    const { folder, config } = await configure(outputs);

    await expect(run('-c', config, ...args)).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(['tbot.yaml']);
  });
});
