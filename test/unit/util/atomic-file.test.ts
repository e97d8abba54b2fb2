import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
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
});
