import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { peerBinary, runBinary } from '../helpers/peer-tools.js';
import { adminEnv, type CliOptions, runCli } from '../helpers/run-cli.js';

let cluster: RunningCluster;
let folder: string;
beforeAll(async () => {
  cluster = await startTestCluster();
  folder = await mkdtemp(join(tmpdir(), 'peer-embedded-'));
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the real tctl as the embedded cluster's administrator unless told otherwise. */
async function printed(command: string, { env = adminEnv(cluster), ...options }: CliOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runBinary('tctl', command.split(' '), { cwd: folder, env, ...options });
  expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
  return stdout;
}

describe('the real tctl reaches the embedded cluster', () => {
  it('with the identity file and the address of the auth service as flags', async () => {
    const flags = `-i ${cluster.adminIdentityFile} --auth-server=${cluster.authAddress}`;
    expect(await printed(`${flags} status`, { env: {} })).toContain('Cluster: example.test');
  });

  it('with the tsh home and the address of the auth service', async () => {
    const env = { TELEPORT_HOME: cluster.tshHome, TELEPORT_AUTH_SERVER: cluster.authAddress };
    expect(await printed('status', { env })).toContain('Cluster: example.test');
  });

  it('under tctl dev, by its variables', async () => {
    const dev = await runCli(['dev', '--ephemeral', '--cluster-name=dev.test', '--', peerBinary('tctl'), 'status'], {
      cwd: folder,
      env: { TELEPORT_TOOLS_VERSION: 'off', HOME: folder },
    });
    expect({ status: dev.status, stdout: dev.stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Cluster: dev.test'),
    });
  });
});

describe("the guides' steps by the real tctl, on the embedded cluster", () => {
  it('status shows every authority once, but db_client', async () => {
    const authorities = [...(await printed('status')).matchAll(/^(\w+) +standby/gm)].map(([, name]) => name);
    // This tctl asks for the authority db and shows its client twin with it.
    expect([...new Set(authorities)]).toEqual(
      'host user db db_client openssh jwt saml_idp oidc_idp spiffe okta awsra bound_keypair'.split(' '),
    );
  });

  it('bots add shows the proxy to join through', async () => {
    expect(await printed('bots add example')).toContain(`--proxy-server=${cluster.proxyAddress}`);
  });

  it('tokens add shows the CA pin and the auth service', async () => {
    const text = await printed('tokens add --type=node');
    expect(text).toContain(`--ca-pin=${cluster.caPins[0]}`);
    expect(text).toContain(`--auth-server=${cluster.authAddress}`);
  });

  it('create and get a bound_keypair token', async () => {
    await writeFile(
      join(folder, 'bot.yaml'),
      'kind: bot\nversion: v1\nmetadata: {name: robot}\nspec: {roles: [access]}\n',
    );
    expect(await printed('create bot.yaml')).toBe('bot "robot" has been created\n');
    const onboarding = '{registration_secret: 0123456789abcdef0123456789abcdef}';
    const spec = `{roles: [Bot], bot_name: robot, join_method: bound_keypair, bound_keypair: {onboarding: ${onboarding}}}`;
    await writeFile(
      join(folder, 'token-example.yaml'),
      `kind: token\nversion: v2\nmetadata: {name: example}\nspec: ${spec}\n`,
    );
    expect(await printed('create -f token-example.yaml')).toBe('provision_token "example" has been created\n');

    const [token] = JSON.parse(await printed('get token/example --format=json'));

    expect(token.status.bound_keypair.registration_secret).toBe('0123456789abcdef0123456789abcdef');
    const secret = await runCli(['tokens', 'secret', 'example'], { env: adminEnv(cluster) });
    expect(secret.stdout.trim()).toBe('0123456789abcdef0123456789abcdef');
  });

  it('get the token whose secret the cluster made for this tctl', async () => {
    const spec = '{roles: [Bot], bot_name: robot, join_method: bound_keypair, bound_keypair: {recovery: {limit: 1}}}';
    const made = await runCli(['create', '-f'], {
      env: adminEnv(cluster),
      stdin: `kind: token\nversion: v2\nmetadata: {name: secret}\nspec: ${spec}\n`,
    });
    expect(made.stderr).toBe('');
    const [token] = JSON.parse(await printed('get token/secret --format=json'));
    expect(token.status.bound_keypair.registration_secret).toMatch(/^[0-9a-f]{32}$/);
  });

  it('edit a role', async () => {
    const env = { ...adminEnv(cluster), EDITOR: 'sed -i s/ssh_record/ssh_record/', HOME: folder };
    expect(await printed('edit role/access', { env })).toMatch(/no changes/i);
  });

  it('get all that the cluster has, as documents', async () => {
    const documents = (await printed('get user,role,token,lock,cap,netconfig,cert_authority')).split('---\n');
    expect(documents.length).toBeGreaterThan(10);
    expect(documents.every((text) => /^kind: \w+$/m.test(text))).toBe(true);
  });
});
