import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store, Transaction } from '../../../../src/lib/cluster/storage/backend.js';
import { DATABASE_FILE, openSqliteStore } from '../../../../src/lib/cluster/storage/sqlite.js';
import { spawnTypeScript } from '../../../helpers/typescript-process.js';

let folder: string;
let now: Date;
let store: Store;
const clock = () => now;
const open = () => openSqliteStore({ folder, clock });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  now = new Date('2026-11-21T00:00:00Z');
  store = open();
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const put = (name: string, expires?: Date) => (t: Transaction) =>
  t.put({ kind: 'token', name, value: Buffer.from(name), ...(expires && { expires }) });
const names = (options?: Parameters<Transaction['list']>[1]) =>
  store.read((t) => t.list('token', options)).map((item) => item.name);

describe('the SQLite store', () => {
  it('gives back what was written, with a new revision for every write', async () => {
    const first = await store.write(put('a'));
    const second = await store.write(put('a'));

    const item = store.read((t) => t.get('token', 'a'));
    expect(Buffer.from(item?.value ?? []).toString()).toBe('a');
    expect(item?.revision).toBe(second.revision);
    expect(second.revision).not.toBe(first.revision);
    expect(store.read((t) => t.get('bot', 'a'))).toBeUndefined();
  });

  it('lets nobody else read its files, whatever the permissions of the folder', async () => {
    await chmod(folder, 0o755);
    await store.write(put('a'));

    for (const name of (await readdir(folder)).filter((file) => file.startsWith(DATABASE_FILE))) {
      expect(`${name} ${((await stat(join(folder, name))).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
    }
  });

  it('tells listeners of a commit when it can be read, until they do not want to know any more', async () => {
    const seen: string[][] = [];
    const stop = store.onCommit(() => seen.push(names()));
    await store.write(put('a'));
    await expect(
      store.write(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    stop();
    await store.write(put('b'));
    expect(seen.at(0)).toEqual(['a']);
    expect(seen.flat()).not.toContain('b');
  });

  it('tells whether something of a kind has changed', async () => {
    const start = store.changes(['token']);
    const other = store.changes(['bot', 'user']);
    await store.write(put('a'));
    const afterPut = store.changes(['token']);
    await store.write((t) => t.delete('token', 'a'));
    const afterDelete = store.changes(['token']);
    const refused = store.write((t) => {
      put('b')(t);
      seenInside = store.changes(['token']);
      throw new Error('changed my mind');
    });
    let seenInside = 0;
    await expect(refused).rejects.toThrow('changed my mind');
    const afterUndone = store.changes(['token']);

    expect(new Set([start, afterPut, afterDelete, seenInside, afterUndone]).size).toBe(5);
    expect(store.changes(['token'])).toBe(afterUndone);
    expect(store.changes(['bot', 'user']) - other).toBe(1); // what is taken back counts for all kinds
  });

  it('keeps everything across a restart', async () => {
    await store.write(put('a', new Date('2026-11-22T00:00:00Z')));
    store.close();
    store = open();

    expect(store.read((t) => t.get('token', 'a'))?.expires).toEqual(new Date('2026-11-22T00:00:00Z'));
  });

  it('takes back all of a write that throws, and only that one', async () => {
    const refused = store.write((t) => {
      put('refused')(t);
      throw new Error('changed my mind');
    });
    const kept = store.write(put('kept'));

    await expect(refused).rejects.toThrow('changed my mind');
    await kept;
    expect(names()).toEqual(['kept']);
  });

  it('runs concurrent writes in order, each seeing the ones before it', async () => {
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        store.write((t) => {
          const before = t.list('token').length;
          put(name)(t);
          return before;
        }),
      ),
    );

    expect(seen).toEqual([0, 1, 2]);
  });

  it('answers only after the commit', async () => {
    const pending = store.write(put('a'));

    expect(names()).toEqual([]);
    await pending;
    expect(names()).toEqual(['a']);
  });

  it('lists in byte order, by page and by prefix', async () => {
    await store.write((t) => {
      for (const name of ['b', 'a/1', 'a/2', 'B', 'é', 'a']) put(name)(t);
    });

    expect(names()).toEqual(['B', 'a', 'a/1', 'a/2', 'b', 'é']);
    expect(names({ limit: 2 })).toEqual(['B', 'a']);
    expect(names({ after: 'a', limit: 2 })).toEqual(['a/1', 'a/2']);
    expect(names({ prefix: 'a/' })).toEqual(['a/1', 'a/2']);
    expect(names({ prefix: 'a/', after: 'a/1' })).toEqual(['a/2']);
  });

  it('deletes, and says whether there was something', async () => {
    await store.write(put('a'));

    expect(await store.write((t) => t.delete('token', 'a'))).toBe(true);
    expect(await store.write((t) => t.delete('token', 'a'))).toBe(false);
    expect(names()).toEqual([]);
  });

  it('hides an item from the moment it expires', async () => {
    await store.write(put('short', new Date('2026-11-21T00:00:10Z')));

    now = new Date('2026-11-21T00:00:09.999Z');
    expect(names()).toEqual(['short']);
    now = new Date('2026-11-21T00:00:10Z');
    expect(names()).toEqual([]);
    expect(store.read((t) => t.get('token', 'short'))).toBeUndefined();
    expect(await store.write((t) => t.delete('token', 'short'))).toBe(false);
  });

  it('removes expired items from the disk with a later write', async () => {
    await store.write(put('short', new Date('2026-11-21T00:00:10Z')));
    now = new Date('2026-11-21T01:00:00Z');
    await store.write(put('other'));
    store.close();

    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    expect(database.prepare('SELECT name FROM item').all()).toEqual([{ name: 'other' }]);
    database.close();
    store = open();
  });

  it('commits what was asked for before close, and refuses what comes after', async () => {
    const asked = store.write(put('a'));
    store.close();

    await asked;
    await expect(store.write(put('b'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(() => names()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    store = open();
    expect(names()).toEqual(['a']);
  });
});

describe('the data folder', () => {
  it('belongs to one store at a time, and the refusal names folder and process', () => {
    expect(open).toThrow(
      expect.objectContaining({
        code: 'cluster_in_use',
        message: expect.stringMatching(`${folder}.*process ${process.pid}`),
      }),
    );
  });

  it('is refused while another process holds it, and free with every answered write after that one was killed', async () => {
    const theirs = join(folder, 'theirs');
    const child = spawnTypeScript(join(import.meta.dirname, 'writer-process.ts'), theirs);
    const exited = once(child, 'exit');
    try {
      expect(String((await once(child.stdout, 'data'))[0])).toBe('answered\n');
      expect(() => openSqliteStore({ folder: theirs, clock })).toThrow(
        expect.objectContaining({
          code: 'cluster_in_use',
          message: expect.stringContaining(`process ${child.pid}`),
        }),
      );
    } finally {
      child.kill('SIGKILL');
      await exited;
    }

    const after = openSqliteStore({ folder: theirs, clock });
    expect(Buffer.from(after.read((t) => t.get('token', 'answered'))?.value ?? []).toString()).toBe('kept');
    after.close();
  });

  it('of a newer schema is refused', () => {
    store.close();
    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    database.exec('PRAGMA user_version = 99');
    database.close();

    expect(open).toThrow(expect.objectContaining({ code: 'cluster_data_too_new' }));
  });

  it('with a damaged database is refused in plain words', async () => {
    store.close();
    await writeFile(join(folder, DATABASE_FILE), 'not a database'.repeat(100));

    expect(open).toThrow(expect.objectContaining({ code: 'cluster_data_unreadable' }));
  });

  it('makes the folders above its own', () => {
    const nested = openSqliteStore({ folder: join(folder, 'one', 'two'), clock });

    expect(nested.read((t) => t.list('token'))).toEqual([]);
    nested.close();
  });

  it('says which folder the system does not let it make', () => {
    expect(() => openSqliteStore({ folder: '/proc/none/of/mine', clock })).toThrow(
      expect.objectContaining({ code: 'cluster_data_unreadable' }),
    );
  });

  it('says which folder cannot be used, where its place is taken by a file', async () => {
    const taken = join(folder, 'taken');
    await writeFile(taken, '');

    expect(() => openSqliteStore({ folder: taken, clock })).toThrow(
      expect.objectContaining({
        code: 'cluster_data_unreadable',
        message: expect.stringContaining(`${taken} cannot be used as data folder: EEXIST`),
      }),
    );
  });
});
