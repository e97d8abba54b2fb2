import { spawnSync } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { DirectoryDestination, type DirectoryOptions } from '../../../src/lib/agent/destinations/directory.js';
import { removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';
import { recordingLog } from './silent-log.js';

removeFoldersAfterEach();

const hasPrograms =
  spawnSync('setfacl', ['--version']).status === 0 && spawnSync('getfacl', ['--version']).status === 0;
const withPrograms = hasPrograms ? it : it.skip;

/** A user and a group that every system has numbers for, whether or not they have names. */
const READERS = [{ user: '65534' }, { group: '65533' }];

async function open(options: DirectoryOptions) {
  const path = await temporaryFolder();
  return { path, destination: new DirectoryDestination(path, { readers: READERS, ...options }) };
}

function listOf(path: string): string[] {
  const { stdout } = spawnSync('getfacl', ['--omit-header', '--numeric', '--absolute-names', path], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('default:'));
}

describe('the readers of a folder', () => {
  withPrograms('may read its files, new, replaced and in folders of their own, and nobody else may', async () => {
    const { path, destination } = await open({ acls: 'required' });
    await writeFile(join(path, 'old'), 'x', { mode: 0o600 });
    await destination.init();
    for (const name of ['new', 'new', 'inner/new']) await destination.write({ [name]: 'x' });

    for (const name of ['old', 'new', 'inner/new']) {
      const rights = listOf(join(path, name)).map((line) => line.replace(/\s*#effective:/, ' -> '));
      expect(rights).toEqual([
        'user::rw-',
        expect.stringMatching(/^user:65534:r(--|-x -> r--)$/),
        'group::---',
        expect.stringMatching(/^group:65533:r(--|-x -> r--)$/),
        'mask::r--',
        'other::---',
      ]);
    }
    expect(listOf(join(path, 'inner'))).toContain('user:65534:r-x');
  });

  withPrograms('are not let in with "acls: off"', async () => {
    const { path, destination } = await open({ acls: 'off' });
    await destination.init();
    await destination.write({ 'new': 'x' });

    expect(listOf(join(path, 'new'))).toEqual(['user::rw-', 'group::---', 'other::---']);
  });

  it('stop the agent with "acls: required" when they cannot be let in, and are told with "acls: try"', async () => {
    const readers = [{ user: 'no such user' }];
    const { log, lines } = recordingLog();
    await expect((await open({ acls: 'required', readers })).destination.init()).rejects.toMatchObject({
      code: 'acl_failed',
      message: expect.stringContaining('"no such user" is no name'),
    });
    const { path, destination } = await open({ acls: 'try', readers, log });
    await destination.init();
    await destination.write({ 'new': 'x' });

    expect(lines.join('')).toMatch(/WARN.*readers of the output are not let in/);
    expect((await stat(join(path, 'new'))).mode & 0o777).toBe(0o600);
    expect(await readdir(path)).toContain('new');
  });
});
