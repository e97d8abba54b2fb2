import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const tctl = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'code-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function version(env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [tctl, 'version'], {
    env: { ...process.env, NODE_COMPILE_CACHE: folder, ...env },
  });
  expect(stderr).toBe('');
  return stdout;
}

/** The caches below the folder, as paths. */
async function caches(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(({ name }) => name.startsWith('tctl-')).map((entry) => join(entry.parentPath, entry.name));
}

describe('the cache of compiled code', () => {
  it('is kept by the first run of a command, for its user alone, and stays as it is', async () => {
    const first = await version();
    const [cache = ''] = await caches();
    const { mode, mtimeMs } = await stat(cache);

    expect(cache).toMatch(/tctl-version$/);
    expect(mode & 0o077).toBe(0);
    expect(await version()).toBe(first);
    expect((await stat(cache)).mtimeMs).toBe(mtimeMs);
  });

  it('is made anew when V8 refuses it', async () => {
    await version();
    const [cache = ''] = await caches();
    const whole = await readFile(cache);
    await truncate(cache, 100);

    expect(await version()).toContain('tctl');
    expect((await readFile(cache)).length).toBeGreaterThan(whole.length / 2);
  });

  it('is done without where it cannot be kept', async () => {
    await writeFile(join(folder, 'machine-identity-tools'), '');

    expect(await version()).toContain('tctl');
    expect(await caches()).toEqual([]);
  });

  it('is not kept behind a link, which may lead anywhere', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink('elsewhere', join(folder, 'machine-identity-tools'));

    expect(await version()).toContain('tctl');
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });

  (isRoot ? it : it.skip)('is not kept, nor read, in a folder of somebody else', async () => {
    await chown(folder, 65_534, 65_534);
    expect(await version()).toContain('tctl');
    expect(await readdir(folder)).not.toContain('machine-identity-tools');

    await chown(folder, 0, 0);
    await version();
    const [cache = ''] = await caches();
    await truncate(cache, 100); // would be made anew if it were read
    await chown(join(folder, 'machine-identity-tools'), 65_534, 65_534);
    expect(await version()).toContain('tctl');
    expect((await stat(cache)).size).toBe(100);
  });

  it('is not kept where the environment switches it off', async () => {
    expect(await version({ NODE_DISABLE_COMPILE_CACHE: '1' })).toContain('tctl');
    expect(await caches()).toEqual([]);
  });
});
