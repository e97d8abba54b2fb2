import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

const TOKENS = { newer: ['ListProvisionTokens', 'GetStaticTokens', 'ListResetPasswordTokens'], older: ['GetTokens'] };
const INSTANCES = { newer: ['ListBotInstancesV2'], older: ['ListBotInstances'] };
const PROXIES = { newer: ['ListProxyServers'], older: [] };

/** The lists that came later, and on which releases each is used. */
const lists: [args: string, calls: { newer: string[]; older: string[] }, newerSince: string][] = [
  ['tokens ls', TOKENS, '18.2'],
  ['get tokens --format=json', TOKENS, '18.2'],
  ['bots instances ls', INSTANCES, '18.4'],
  ['get proxy', PROXIES, '19.0'],
  ['tokens add --type=node', PROXIES, '19.0'],
];

describe.each(['17.7.1', '18.0.0', '18.2.3', '18.4.0', '19.0.0'])('on a cluster that says to be %s', (release) => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startTestCluster({ serverVersion: release });
    await tctl('tokens', 'add', '--type=node', '--value=0-token');
    await tctl('users', 'add', 'ada', '--roles=access');
  });
  afterAll(() => cluster?.stop());

  const tctl = async (...args: string[]) => {
    const run = await runCli(args, { env: adminEnv(cluster) });
    if (run.status !== 0) throw new Error(run.stderr);
    return run;
  };

  it.each(lists)('%s sends the newest calls that there are', async (args, { newer, older }, since) => {
    const { stderr } = await tctl('-d', ...args.split(' '));
    const answered = [...stderr.matchAll(/\/((?:List|Get)(?:\w*Tokens|BotInstances\w*|ProxyServers)): ok/g)].map(
      ([, call]) => call,
    );

    expect([...new Set(answered)]).toEqual(release >= since ? newer : older);
  });

  it('lists tokens and the links of users alike', async () => {
    const tokens = JSON.parse((await tctl('get', 'tokens', '--format=json')).stdout);

    expect(tokens[0]).toMatchObject({ kind: 'token', metadata: { name: '0-token' }, spec: { roles: ['Node'] } });
    expect(tokens.at(-1)).toMatchObject({
      kind: 'token',
      version: 'v2',
      spec: { roles: ['Signup'], join_method: 'token' },
    });
    expect(tokens.at(-1).metadata.expires).toMatch(/Z$/);
  });

  it('tells of the proxy and of the auth service alike', async () => {
    const [proxy] = JSON.parse((await tctl('get', 'proxy', '--format=json')).stdout);
    const [auth] = JSON.parse((await tctl('get', 'auth_server', '--format=json')).stdout);

    expect(proxy).toMatchObject({ kind: 'proxy', spec: { addr: cluster.proxyAddress, version: release } });
    expect(auth).toMatchObject({ kind: 'auth_server', spec: { addr: cluster.authAddress } });
    expect((await tctl('tokens', 'add', '--type=node')).stdout).toContain(cluster.proxyAddress);
  });
});
