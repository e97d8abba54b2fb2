import { mkdir, mkdtemp, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeFileAtomic } from '../../../src/lib/util/atomic-file.js';

describe('writeFileAtomic', () => {
  it('writes with mode 0600, replaces, and leaves no temporary file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atomic-'));
    const path = join(folder, 'secret');

    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, 'two');

    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('names the file that is meant where it cannot be written', async () => {
    const path = join(tmpdir(), 'no-such-folder', 'secret');

    const error = await writeFileAtomic(path, 'x').catch((caught: Error) => caught);

    expect(error?.message).toBe(`ENOENT: no such file or directory, open '${path}'`);
  });

  it('puts no file in the place of a folder, device or pipe', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atomic-'));
    await symlink('/dev/null', join(folder, 'device'));
    await mkdir(join(folder, 'folder'));

    for (const name of ['device', 'folder']) {
      await expect(writeFileAtomic(join(folder, name), 'secret')).rejects.toMatchObject({ code: 'not_a_file' });
    }
    expect((await stat(join(folder, 'device'))).isCharacterDevice()).toBe(true);
    expect(await readdir(folder)).toEqual(['device', 'folder']);
  });
});
