import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createResources } from '../../src/lib/actions/index.js';
import { connect } from '../../src/lib/client/index.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { readResources } from '../../src/lib/resources/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setPassword } from '../helpers/login-users.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('a cluster that wants a second factor for administration', () => {
  let cluster: RunningCluster;
  let home: string;
  let secret: string;
  /** Minutes that the cluster's clock, which stands still, is ahead: each test has codes of its own. */
  let ahead = 0;
  const start = Date.now();
  const now = () => new Date(start + ahead * 60_000);

  beforeAll(async () => {
    cluster = await startTestCluster({ adminMfa: true, clock: now });
    home = await mkdtemp(join(tmpdir(), 'admin-mfa-'));
    await runCli(['users', 'add', 'alice', '--roles=editor,access'], { env: adminEnv(cluster) });
    secret = await setPassword(cluster.state, 'alice');
    await writeFile(join(home, 'password'), PASSWORD);
    const answers = [`--password-file=${join(home, 'password')}`, `--otp=${codeOf(cluster.state, secret, 30)}`];
    const place = [`--proxy=${cluster.proxyAddress}`, `--ca-file=${cluster.proxyCaFile}`];
    const run = await runCli(['login', '--user=alice', ...place, ...answers], { env: { TELEPORT_HOME: home } });
    if (run.status !== 0) throw new Error(run.stderr);
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  /** Connects as alice, who answers questions with these codes in turn. */
  async function asAlice(codes: string[]) {
    const asked: string[] = [];
    const otp = async () => {
      asked.push('otp');
      return codes.shift() ?? '';
    };
    return {
      asked,
      client: await connect({ env: { TELEPORT_HOME: home, TELEPORT_CONFIG_FILE: '' }, secondFactor: { otp } }),
    };
  }
  const code = (inSeconds = 0) => codeOf(cluster.state, secret, inSeconds);
  const roles = (...names: string[]) =>
    readResources(
      names.map((name) => `kind: role\nversion: v7\nmetadata: {name: ${name}}\n`).join('---\n'),
      'roles.yaml',
    );
  const create = async (client: Awaited<ReturnType<typeof asAlice>>['client'], ...names: string[]) =>
    (await createResources(await roles(...names), { force: true, confirm: false }, { client })).map(
      ({ state }) => state,
    );

  it('asks once for many documents', async () => {
    ahead = 10;
    const { asked, client } = await asAlice([code()]);
    const names = Array.from({ length: 20 }, (_, index) => `batch-${index}`);

    expect(await create(client, ...names)).toEqual(names.map(() => 'done'));
    expect(asked).toHaveLength(1);
    await client.close();
  });

  it('sends a wrong code once, however many documents there are', async () => {
    ahead = 20;
    const { asked, client } = await asAlice(['000000']);
    const names = Array.from({ length: 20 }, (_, index) => `wrong-${index}`);

    expect(await create(client, ...names)).toEqual(names.map(() => 'failed'));
    expect(asked).toHaveLength(1);
    await client.close();
    const next = await asAlice([code()]);
    expect(await create(next.client, 'right')).toEqual(['done']); // not locked
    await next.client.close();
  });

  it('takes a code once, and no answer of another run', async () => {
    ahead = 30;
    const used = code();
    const first = await asAlice([used, code(30)]);
    await first.client.bots.create({ name: 'robot', roles: ['access'] });
    await first.client.bots.delete('robot'); // wants an answer of its own
    expect(first.asked).toHaveLength(2);
    await first.client.close();

    ahead = 40;
    const replayed = await asAlice([used]);
    await expect(replayed.client.bots.create({ name: 'robot' })).rejects.toMatchObject({ code: 'access_denied' });
    await replayed.client.close();
  });

  it('asks for nothing where nothing is administered', async () => {
    const { asked, client } = await asAlice([]);

    expect((await client.ping()).clusterName).toBe('example.test');
    expect(await client.roles.get('access')).toMatchObject({ metadata: { name: 'access' } });
    expect(asked).toEqual([]);
    await client.close();
  });

  it('is told plainly to scripts, with two ways out', async () => {
    const { status, stdout, stderr } = await runCli(['tokens', 'ls'], { env: { TELEPORT_HOME: home } });

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/second factor[\s\S]*terminal[\s\S]*bot[\s\S]*auth host/);
  });

  it('leaves the identity of the host alone', async () => {
    expect(await runCli(['tokens', 'ls', '--format=json'], { env: adminEnv(cluster) })).toMatchObject({ status: 0 });
  });

  it('asks for certificates of other users, not for those of the caller', async () => {
    ahead = 50;
    const { asked, client } = await asAlice([code()]);

    await expect(client.generateUserCerts({ username: 'bob' })).rejects.toMatchObject({ code: 'access_denied' });
    expect(asked).toHaveLength(1);
    await expect(client.generateUserCerts({ username: 'alice' })).rejects.not.toMatchObject({ code: 'mfa_required' });
    expect(asked).toHaveLength(1);
    await client.close();
  });
});
