import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { putStored } from '../../src/lib/cluster/domain/stored-message.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { RemoteClusterV3Schema } from '../../src/lib/gen/types/remote_clusters_pb.js';
import { KIND_SUMMARIES, kindNames } from '../../src/lib/resources/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

let cluster: RunningCluster;
const tctl = (...args: string[]) => runCli(args, { env: adminEnv(cluster) });

beforeAll(async () => {
  cluster = await startTestCluster();
  const leaf = create(RemoteClusterV3Schema, {
    kind: 'remote_cluster',
    version: 'v3',
    metadata: { name: 'leaf.test', labels: { old: 'yes' } },
  });
  await cluster.state.store.write((transaction) =>
    putStored(transaction, RemoteClusterV3Schema, 'remote_cluster', 'leaf.test', leaf),
  );
});
afterAll(() => cluster.stop());

describe('update', () => {
  it('replaces the labels and the life of a remote cluster', async () => {
    const run = await tctl('update', 'rc/leaf.test', '--set-labels=env=prod;team="a,b"', '--set-ttl=24h');

    expect(run).toMatchObject({ status: 0, stdout: 'cluster leaf.test has been updated\n', stderr: '' });
    const [{ metadata }] = JSON.parse((await tctl('get', 'rc/leaf.test', '--format=json')).stdout);
    expect(metadata).toMatchObject({ labels: { env: 'prod', team: 'a,b' } });
    expect(Date.parse(metadata.expires)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  });

  it('clears the labels, and says so as JSON', async () => {
    const { stdout } = await tctl('update', 'remote_cluster/leaf.test', '--set-labels=', '--format=json');

    expect(JSON.parse(stdout)).toEqual({ kind: 'remote_cluster', name: 'leaf.test', result: 'updated' });
    const [{ metadata }] = JSON.parse((await tctl('get', 'rc/leaf.test', '--format=json')).stdout);
    expect(metadata.labels ?? {}).toEqual({});
  });

  it.each([
    [['rc/leaf.test'], /give --set-labels or --set-ttl/],
    [['rc', '--set-ttl=1h'], /a name is missing/],
    [['role/access', '--set-ttl=1h'], /tctl edit role\/access/],
    [['rc/leef.test', '--set-ttl=1h'], /there is no remote_cluster "leef\.test"\n {2}Did you mean "leaf\.test"\?/],
    [['rc/leaf.test', '--set-labels=prod'], /is not a label/],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await tctl('update', ...args);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('list-kinds', () => {
  it('shows every kind with its commands, without a cluster', async () => {
    const { status, stdout } = await runCli(['list-kinds']);

    expect(status).toBe(0);
    const rows = stdout.trimEnd().split('\n').slice(2);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(kindNames());
    expect(rows.find((row) => row.startsWith('bot_instance '))).toMatch(
      / get,rm +yes +Agent that has joined as a bot *$/,
    );
  });

  it('gives all that it knows as JSON', async () => {
    const { stdout } = await runCli(['api-resources', '--format=json']);

    expect(JSON.parse(stdout)).toContainEqual({
      kind: 'role',
      commands: ['get', 'create', 'edit', 'rm'],
      singleton: false,
      mfa: true,
      description: 'What users and bots may do',
      aliases: ['roles'],
      versions: ['v3', 'v4', 'v5', 'v6', 'v7', 'v8'],
    });
  });

  it('has a description for every kind', () => {
    expect(Object.keys(KIND_SUMMARIES).sort()).toEqual(kindNames().sort());
  });
});
