import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { caPins, ensureAuthorities } from '../../../src/lib/cluster/ca/index.js';
import { type RunningCluster, type StartOptions, startCluster } from '../../../src/lib/cluster/index.js';
import { openSqliteStore } from '../../../src/lib/cluster/storage/sqlite.js';
import { systemClock } from '../../../src/lib/util/clock.js';
import { startTestCluster, withCluster } from '../../helpers/cluster.js';
import { spawnTypeScript } from '../../helpers/typescript-process.js';

let folder: string;
let running: RunningCluster[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  running = [];
});

afterEach(async () => {
  for (const cluster of running) await cluster.stop();
  await rm(folder, { recursive: true });
});

async function start(options: StartOptions): Promise<RunningCluster> {
  const cluster = await startCluster(options);
  running.push(cluster);
  return cluster;
}

const NO_HOST_KEYS = `UPDATE item SET value = x'' WHERE name = 'host/embedded.test'`;

/** A data folder in whose database something was changed. */
async function withDatabase(change: string): Promise<StartOptions> {
  await (await start({ dataDir: folder })).stop();
  const database = new DatabaseSync(join(folder, 'cluster.db'));
  database.exec(change);
  database.close();
  return { dataDir: folder };
}

/** A data folder with a folder in the place of one of its files. */
async function withFolderAt(name: string): Promise<StartOptions> {
  await mkdir(join(folder, name));
  return { dataDir: folder };
}

const pin = (cluster: RunningCluster) => cluster.caPins[0];

describe('startCluster', () => {
  it.each<[string, StartOptions]>([
    ['neither dataDir nor ephemeral', {}],
    ['both', { dataDir: 'x', ephemeral: true }],
    ['a name that fits no certificate', { ephemeral: true, clusterName: 'no spaces' }],
    ['a port beyond the last', { ephemeral: true, authPort: 65536 }],
    ['one port for both', { ephemeral: true, authPort: 3025, proxyPort: 3025 }],
  ])('refuses %s before it does anything', async (_name, options) => {
    await expect(startCluster(options)).rejects.toMatchObject({ code: 'bad_parameter' });
  });

  it('warns when other machines can reach it', async () => {
    const warnings: string[] = [];
    const log = (level: string, message: string) => void (level === 'warn' && warnings.push(message));
    await start({ ephemeral: true, log });
    expect(warnings).toEqual([]);
    await start({ ephemeral: true, log, listen: '0.0.0.0' });
    expect(warnings).toEqual([expect.stringContaining('listens on 0.0.0.0')]);
  });

  it('keeps name, host and authorities in its folder', async () => {
    const first = await start({ dataDir: folder, clusterName: 'first.test' });
    await first.stop();
    const second = await start({ dataDir: folder });

    expect(second.clusterName).toBe('first.test');
    expect(second.state.hostId).toBe(first.state.hostId);
    expect(pin(second)).toBe(pin(first));
  });

  it('does not rename a cluster', async () => {
    await (await start({ dataDir: folder, clusterName: 'first.test' })).stop();

    await expect(start({ dataDir: folder, clusterName: 'other.test' })).rejects.toMatchObject({
      code: 'cluster_name_mismatch',
      message: expect.stringContaining('first.test'),
    });
  });

  it('refuses a folder in use, and leaves the cluster in it alone', async () => {
    const first = await start({ dataDir: folder });

    await expect(start({ dataDir: folder })).rejects.toMatchObject({ code: 'cluster_in_use' });
    expect(first.state.store.read((t) => t.list('cert_authority'))).toHaveLength(12);
  });

  it('names a port that is taken, and lets go of everything else', async () => {
    const first = await start({ ephemeral: true });
    const authPort = Number(first.authAddress.split(':')[1]);

    await expect(start({ dataDir: folder, authPort })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(String(authPort)),
    });
    await start({ dataDir: folder });
  });

  it.each<[string, string, string, () => Promise<StartOptions>]>([
    ['of a newer format', 'cluster_data_too_new', 'newer version', () => withDatabase('PRAGMA user_version = 99')],
    [
      'without its authorities’ keys',
      'cluster_data_unreadable',
      'host/embedded.test',
      () => withDatabase(NO_HOST_KEYS),
    ],
    [
      'whose place is taken by a file',
      'cluster_data_unreadable',
      '/dev/null/x',
      async () => ({ dataDir: '/dev/null/x' }),
    ],
    [
      'whose database cannot be written',
      'cluster_data_unreadable',
      'cannot be used',
      () => withFolderAt('cluster.db-wal'),
    ],
    ['whose owner cannot be written down', 'cluster_data_unreadable', 'EISDIR', () => withFolderAt('cluster.pid')],
    ['without room for credentials', 'cluster_data_unreadable', 'admin.pem', () => withFolderAt('admin.pem')],
  ])('refuses a data folder %s, with a hint', async (_name, code, message, options) => {
    await expect(start(await options())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  it('refuses an address of another machine, with a hint', async () => {
    await expect(start({ ephemeral: true, listen: '192.0.2.1' })).rejects.toMatchObject({
      code: 'port_refused',
      hint: expect.any(String),
    });
  });

  it('goes on with a cluster whose first start was killed after it had made the authorities', async () => {
    const store = openSqliteStore({ folder, clock: systemClock });
    const made = await ensureAuthorities({ store, clusterName: 'first.test', clock: systemClock });
    store.close();
    const cluster = await start({ dataDir: folder });

    expect(cluster.clusterName).toBe('first.test');
    expect(cluster.caPins).toEqual(caPins(made));
  });

  it('writes the administrator’s credentials for their owner only', async () => {
    const cluster = await start({ dataDir: folder });

    expect((await stat(cluster.adminIdentityFile)).mode & 0o777).toBe(0o600);
    expect((await stat(cluster.tshHome)).mode & 0o777).toBe(0o700);
  });
});

describe('stop', () => {
  it('ends open connections, closes the ports and removes an ephemeral folder', async () => {
    const cluster = await startTestCluster();
    const [host, port] = cluster.authAddress.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');

    const closed = once(socket, 'close');
    await cluster.stop();
    await closed;

    await expect(once(connect(Number(port), host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(readdir(cluster.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves nothing behind that keeps a process alive', async () => {
    const child = spawnTypeScript(join(import.meta.dirname, 'start-stop-process.ts'));

    expect(await text(child.stdout)).toBe('stopped\n');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });

  it('may be called twice', async () => {
    await withCluster((cluster) => cluster.stop());
  });

  it('that is under way is waited for by whoever asks for it again', async () => {
    const cluster = await startTestCluster();
    void cluster.stop();
    await cluster.stop();
    await expect(readdir(cluster.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
