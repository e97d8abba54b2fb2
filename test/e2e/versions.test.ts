import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

const BOUND = `kind: token
version: v2
metadata: {name: bound}
spec: {roles: [Bot], join_method: bound_keypair, bot_name: example, bound_keypair: {recovery: {limit: 1}}}
`;
const ENV0 = `kind: token
version: v2
metadata: {name: env0}
spec: {roles: [Node], join_method: env0, env0: {allow: [{organization_id: o, project_name: p}]}}
`;
const ENTERPRISE = `kind: token
version: v2
metadata: {name: enterprise}
spec: {roles: [Node], join_method: github, github: {allow: [{repository: a/b, enterprise: e}]}}
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
const DESKTOP = `kind: lock
version: v2
metadata: {name: on-desktop}
spec: {target: {user: ada, linux_desktop: d}}
`;

describe.each([
  ['16.5.3', [BOUND, ENV0, ENTERPRISE, ROLE, DESKTOP, LOCK]],
  ['17.7.1', [BOUND, ENV0, ENTERPRISE, ROLE, DESKTOP, LOCK]],
  ['18.0.0', [BOUND, ENV0, ENTERPRISE, DESKTOP, LOCK]],
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
    [ENV0, 'tokens with spec.env0 need 18.1'],
    [ENTERPRISE, 'tokens with spec.github.allow[].enterprise need 18.1'],
    [ROLE, 'roles of version v8 need 18.0'],
    [DESKTOP, 'locks with spec.target.linux_desktop need 18.1'],
    [LOCK, 'locks on a bot instance or a join token need 18.1'],
  ])('%#: does it, or says which release is needed, before anything is sent', async (document, words) => {
    const { status, stdout, stderr } = await tctl(['create'], document);

    if (!tooNew.includes(document)) return expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`this cluster is ${version}; ${words}`);
  });

  it('keeps of a token what it knows', async () => {
    const configure = ['tokens', 'configure', 'iam', '--roles=node', '--aws-account=1', '--aws-organization-id=o'];
    const { status, stderr } = await tctl([...configure, '--name=of-aws', '--apply']);

    if (tooNew.includes(ENV0)) {
      expect({ status, stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`this cluster is ${version};`),
      });
      expect(stderr).toContain('tokens with spec.allow[].aws_organization_id need 18.1');
    } else {
      const [token] = JSON.parse((await tctl(['get', 'token/of-aws', '--format=json'])).stdout);
      expect(token.spec.allow).toEqual([{ aws_account: '1', aws_organization_id: 'o' }]);
    }
  });
});
