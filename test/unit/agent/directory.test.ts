import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/lib/agent/config.js';
import { DirectoryDestination } from '../../../src/lib/agent/destinations/directory.js';
import { MemoryDestination } from '../../../src/lib/agent/destinations/memory.js';
import { openOutputs } from '../../../src/lib/agent/services.js';
import { removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';
import { contextForTests } from './world.js';

removeFoldersAfterEach();

/** Only root gives files away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe('the folder of an output', () => {
  it('is rid of what an agent has left that was killed, and of nothing else', async () => {
    const folder = await temporaryFolder();
    for (const name of ['.key.0123456789ab', '.mine.0123456789ab', '.key.short', 'key'])
      await writeFile(join(folder, name), 'x');
    const config = await parseConfig(
      `{version: v2, outputs: [{type: identity, destination: {type: directory, path: ${folder}}}]}`,
      'tbot.yaml',
    );
    await openOutputs({ ...contextForTests().context, config }, new MemoryDestination());

    expect((await readdir(folder)).sort()).toEqual(['.key.short', '.mine.0123456789ab', '.write-test', 'key']);
  });
});

describe('DirectoryDestination', () => {
  it('makes its folder for the owner alone, and so its files', async () => {
    const folder = join(await temporaryFolder(), 'a/b');
    const destination = new DirectoryDestination(folder);
    await destination.init();
    await destination.write({ 'cockroach/ca.crt': 'x' });

    expect(await modeOf(folder)).toBe(0o700);
    expect(await modeOf(join(folder, 'cockroach/ca.crt'))).toBe(0o600);
    expect(await destination.read('cockroach/ca.crt')).toBe('x');
    expect(await destination.read('none')).toBeUndefined();
  });

  it('keeps the mode that an administrator has given a file', async () => {
    const destination = new DirectoryDestination(await temporaryFolder());
    await destination.write({ identity: 'old' });
    await chmod(join(destination.path, 'identity'), 0o640);

    await destination.write({ identity: 'new' });

    expect(await modeOf(join(destination.path, 'identity'))).toBe(0o640);
  });

  it('takes over no mode from a file that anybody may have made', async () => {
    const destination = new DirectoryDestination(await temporaryFolder());
    await chmod(destination.path, 0o777);
    await writeFile(join(destination.path, 'key'), 'planted');
    await chmod(join(destination.path, 'key'), 0o666);

    await destination.write({ key: 'new' });

    expect(await modeOf(join(destination.path, 'key'))).toBe(0o600);
  });

  it('leaves all files as they were when one of them cannot be written', async () => {
    const destination = new DirectoryDestination(await temporaryFolder());
    await destination.write({ tlscert: 'old', 'key.pub': 'old' });
    await mkdir(join(destination.path, 'key'));

    await expect(destination.write({ tlscert: 'new', key: 'new', 'key.pub': 'new' })).rejects.toThrow();

    expect([await destination.read('tlscert'), await destination.read('key.pub')]).toEqual(['old', 'old']);
    expect((await readdir(destination.path)).sort()).toEqual(['key', 'key.pub', 'tlscert']);
  });

  asRoot('leaves a file to whom an administrator has given it', async () => {
    const destination = new DirectoryDestination(await temporaryFolder());
    await destination.write({ key: 'old' });
    await chown(join(destination.path, 'key'), 4321, 8765);

    await destination.write({ key: 'new' });

    expect(await stat(join(destination.path, 'key'))).toMatchObject({ uid: 4321, gid: 8765 });
    expect(await destination.read('key')).toBe('new');
  });

  it('makes its folder again when somebody has removed it', async () => {
    const destination = new DirectoryDestination(join(await temporaryFolder(), 'out'));
    await destination.init();
    await rm(destination.path, { recursive: true });

    await destination.write({ key: 'x' });

    expect(await modeOf(destination.path)).toBe(0o700);
    expect(await destination.read('key')).toBe('x');
  });

  it.each(['try-secure', 'secure'] as const)('refuses a symbolic link anywhere in the path (%s)', async (symlinks) => {
    const base = await temporaryFolder();
    await mkdir(join(base, 'real'));
    await symlink(join(base, 'real'), join(base, 'link'));
    const through = new DirectoryDestination(join(base, 'link'), { symlinks });
    await expect(through.init()).rejects.toMatchObject({ code: 'destination_symlink' });

    await writeFile(join(base, 'target'), 'mine');
    await symlink(join(base, 'target'), join(base, 'real/key'));
    const inside = new DirectoryDestination(join(base, 'real'), { symlinks });
    await expect(inside.write({ key: 'x' })).rejects.toMatchObject({ code: 'destination_symlink' });
    await expect(inside.read('key')).rejects.toMatchObject({ code: 'destination_symlink' });
    expect(await readFile(join(base, 'target'), 'utf8')).toBe('mine');
  });

  it('follows links with symlinks: insecure, and leaves them in place', async () => {
    const base = await temporaryFolder();
    await writeFile(join(base, 'target'), 'old');
    await mkdir(join(base, 'real'));
    await symlink(join(base, 'target'), join(base, 'real/key'));

    await new DirectoryDestination(join(base, 'real'), { symlinks: 'insecure' }).write({ key: 'new' });

    expect(await readFile(join(base, 'target'), 'utf8')).toBe('new');
  });

  it('says what cannot be written, and why', async () => {
    const base = await temporaryFolder();
    await writeFile(join(base, 'file'), '');

    await expect(new DirectoryDestination(join(base, 'file/folder')).init()).rejects.toMatchObject({
      code: 'destination_failed',
      message: expect.stringMatching(/file\/folder.*ENOTDIR/),
    });
  });

  it('is locked against others by flock, until the lock is given up', async () => {
    const destination = new DirectoryDestination(await temporaryFolder());
    const lock = await destination.lock();
    await expect(destination.lock()).rejects.toMatchObject({ code: 'storage_locked' });
    expect(await runFlock(join(destination.path, 'lock'))).toBe(1);

    lock.release();

    expect(await runFlock(join(destination.path, 'lock'))).toBe(0);
    (await destination.lock()).release();
  });
});

/** Another program's try at the lock. */
async function runFlock(path: string): Promise<number> {
  const [status] = (await once(spawn('flock', ['-n', path, 'true']), 'exit')) as [number];
  return status;
}
