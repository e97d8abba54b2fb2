import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { readAuthHost } from '../../../src/lib/credentials/index.js';
import { copyOfFixture, removeFoldersAfterEach } from '../../helpers/temporary-folder.js';

const clock = () => new Date('2026-11-21T00:00:00Z');
let dataDir: string;
let database: string;

removeFoldersAfterEach();
beforeEach(async () => {
  dataDir = await copyOfFixture('auth-host');
  database = join(dataDir, 'proc', 'sqlite.db');
});

function change(sql: string, ...values: (string | Uint8Array)[]): void {
  const open = new DatabaseSync(database);
  open.prepare(sql).run(...values);
  open.close();
}

describe('readAuthHost', () => {
  it('reads the Admin identity of a real auth service', async () => {
    const credentials = await readAuthHost(dataDir, { clock });

    expect(credentials).toMatchObject({
      source: { kind: 'auth-host', path: database },
      clusterName: 'example.test',
      roles: ['Admin'],
    });
    expect(credentials.username).toMatch(/^[0-9a-f-]{36}\.example\.test$/);
    expect(credentials.tls.caPems.length).toBeGreaterThan(0);
  });

  it('reads a database that may not be written', async () => {
    await chmod(database, 0o400);
    await chmod(join(dataDir, 'proc'), 0o500);

    await expect(readAuthHost(dataDir, { clock })).resolves.toMatchObject({ clusterName: 'example.test' });

    await chmod(join(dataDir, 'proc'), 0o700);
  });

  it.each([
    ['no host_uuid', async () => rm(join(dataDir, 'host_uuid'))],
    ['an empty host_uuid', async () => writeFile(join(dataDir, 'host_uuid'), '')],
    ['no database', async () => rm(database)],
    ['no Admin identity', async () => change("DELETE FROM kv WHERE key = '/ids/admin/current'")],
    ['an Admin identity whose time is over', async () => change("UPDATE kv SET expires = '2026-11-20 00:00:00+00:00'")],
  ])('reports a folder with %s as no auth host', async (_name, prepare) => {
    await chmod(join(dataDir, 'host_uuid'), 0o600);
    await prepare();

    await expect(readAuthHost(dataDir, { clock })).rejects.toMatchObject({ code: 'credentials_missing_file' });
  });

  it('reports a file that is no database', async () => {
    await writeFile(database, 'no database at all'.repeat(100));

    await expect(readAuthHost(dataDir, { clock })).rejects.toMatchObject({
      code: 'credentials_unreadable',
      message: expect.stringContaining(database),
    });
  });

  it.each([['no JSON'], ['{}'], ['{"spec":{"key":""}}'], ['null']])(
    'calls an identity of %j corrupt',
    async (value) => {
      change("UPDATE kv SET value = ? WHERE key = '/ids/admin/current'", Buffer.from(value));

      await expect(readAuthHost(dataDir, { clock })).rejects.toMatchObject({ code: 'credentials_corrupt' });
    },
  );
});
