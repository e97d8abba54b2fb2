import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { writeAuthHost } from '../helpers/auth-host.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl inventory', () => {
  let cluster: RunningCluster;
  let authHost: string;
  let hostId: string;
  let version: string;

  beforeAll(async () => {
    cluster = await startTestCluster();
    authHost = await writeAuthHost(join(cluster.dataDir, 'auth-host'), cluster);
    ({ hostId, serverVersion: version } = cluster.state);
  });
  afterAll(() => cluster.stop());

  const inventory = (...args: string[]) => runCli(['inventory', ...args], { env: adminEnv(cluster) });
  const onAuthHost = (...args: string[]) => runCli(['inventory', ...args, `--config=${authHost}`]);

  it('status counts versions, updaters and services', async () => {
    const { status, stdout, stderr } = await inventory('status');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `Versions:\n  v${version}: 1\nUpgraders:\n  none: 1\nServices:\n  Auth:  1\n  Proxy: 1\nTotal Instances: 1\n`,
    );
  });

  it('status prints JSON on one line', async () => {
    const { stdout } = await inventory('status', '--format=json');

    expect(stdout).toBe(
      `{"InstanceCount":1,"VersionCounts":{"v${version}":1},"UpgraderCounts":{"none":1},"ServiceCounts":{"Auth":1,"Proxy":1}}\n`,
    );
  });

  it('status --connected works on the auth host, and says so elsewhere', async () => {
    const { status, stdout } = await onAuthHost('status', '--connected');
    expect(status).toBe(0);
    expect(stdout.split('\n')[2]).toMatch(new RegExp(`^${hostId} Auth,Proxy ${version} +none +$`));

    const elsewhere = await inventory('status', '--connected');
    expect(elsewhere).toMatchObject({ status: 1, stderr: expect.stringContaining('on the host of the auth service') });
  });

  it('ls lists the instances as a table and as JSON', async () => {
    const table = await inventory('ls');
    expect(table.stdout.split('\n')[2]).toMatch(new RegExp(`^${hostId} localhost Auth,Proxy v${version} +none +none`));

    const json = await inventory('list', '--format=json');
    expect(JSON.parse(json.stdout)).toEqual([
      expect.objectContaining({ kind: 'instance', metadata: expect.objectContaining({ name: hostId }) }),
    ]);
  });

  it.each([
    ['--services=proxy,node', 1],
    ['--services=node', 0],
    ['--older-than=99.0.0', 1],
    ['--older-than=1.0', 0],
    ['--newer-than=1.0.0', 1],
    ['--newer-than=v99', 0],
    ['--exact-version=1.2.3', 0],
    ['--upgrader=none', 1],
    ['--upgrader=kube', 0],
    ['--update-group=a', 0],
  ])('ls %s finds %i', async (filter, count) => {
    const { stdout, stderr } = await inventory('ls', filter, '--format=json');

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toHaveLength(count);
  });

  it('ls refuses services and versions that are none', async () => {
    expect(await inventory('ls', '--services=nod')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Did you mean "node"?'),
    });
    expect(await inventory('ls', '--older-than=new')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--older-than=new is not a version'),
    });
  });

  it('ping reaches a connected instance from the auth host only', async () => {
    expect(await onAuthHost('ping', hostId)).toMatchObject({
      status: 0,
      stdout: `Successfully pinged server "${hostId}" (~0s).\n`,
    });
    expect(await onAuthHost('ping', 'nobody')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('server "nobody" is not connected to this auth service'),
    });
    expect(await inventory('ping', hostId)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('on the host of the auth service'),
    });
  });
});
