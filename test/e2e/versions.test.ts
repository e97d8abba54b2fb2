import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

const BOUND = `kind: token
version: v2
metadata: {name: bound}
spec: {roles: [Bot], join_method: bound_keypair, bot_name: example, bound_keypair: {recovery: {limit: 1}}}
`;
const ROLE = `kind: role
version: v8
metadata: {name: newest}
`;
const LOCK = `kind: lock
version: v2
metadata: {name: on-instance}
spec: {target: {bot_instance_id: 7c5e0c1e-3b7b-4a54-8bb7-8a6a2f0d3d11}}
`;

describe.each([
  ['16.5.3', [BOUND, ROLE, LOCK]],
  ['17.7.1', [BOUND, ROLE, LOCK]],
  ['18.0.0', [BOUND, LOCK]],
  ['18.2.3', []],
  ['19.0.0', []],
])('a cluster that says to be %s', (version, tooNew) => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startTestCluster({ serverVersion: version });
  });
  afterAll(() => cluster.stop());

  const tctl = (args: string[], stdin = '') => runCli(args, { env: adminEnv(cluster), stdin });

  it('is what status and the web API tell', async () => {
    const { stdout } = await tctl(['status', '--format=json']);

    expect(JSON.parse(stdout)).toMatchObject({ cluster: { version } });
  });

  it('does what every cluster does', async () => {
    expect(await tctl(['bots', 'add', 'example', '--roles=access'])).toMatchObject({ status: 0 });
    expect(await tctl(['tokens', 'ls', '--format=json'])).toMatchObject({ status: 0 });
    expect(JSON.parse((await tctl(['get', 'role/bot-example', '--format=json'])).stdout)).toMatchObject([
      { version: version < '18' ? 'v7' : 'v8' },
    ]);
  });

  it.each([
    [BOUND, 'bound_keypair tokens need 18.1'],
    [ROLE, 'roles of version v8 need 18.0'],
    [LOCK, 'locks on a bot instance or a join token need 18.1'],
  ])('%#: does it, or says which release is needed, before anything is sent', async (document, words) => {
    const { status, stdout, stderr } = await tctl(['create'], document);

    if (!tooNew.includes(document)) return expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`this cluster is ${version}; ${words}`);
  });
});
