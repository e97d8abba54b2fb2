import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CERT_AUTHORITY_TYPES, type Client, type ConnectOptions, connect } from '../../src/index.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { RELEASE } from '../helpers/release.js';
import { boundKeypair } from '../helpers/since-release.js';
import { fixture } from '../helpers/temporary-folder.js';

let cluster: RunningCluster;
let client: Client;

beforeAll(async () => {
  cluster = await startTestCluster();
  client = await connectAsAdmin();
});
afterAll(async () => {
  await client?.close();
  await cluster?.stop();
});

function connectAsAdmin(options: ConnectOptions = {}): Promise<Client> {
  return connect({ authServer: cluster.authAddress, identityFile: cluster.adminIdentityFile, ...options });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('connect', () => {
  it('reaches the auth service directly', async () => {
    expect((await client.ping()).clusterName).toBe('example.test');
    expect(client.address).toBe(cluster.authAddress);
    expect(client.serverVersion).toBe(RELEASE);
  });

  it('reaches it through the web port of the proxy, which needs no web authority', async () => {
    await using viaProxy = await connectAsAdmin({ authServer: cluster.proxyAddress });

    expect((await viaProxy.ping()).clusterName).toBe('example.test');
    expect((await viaProxy.proxies()).length).toBeGreaterThan(0);
  });

  it('uses the tsh profile of TELEPORT_HOME, which names the proxy', async () => {
    const lines: string[] = [];
    await using viaProfile = await connect({
      env: { TELEPORT_HOME: cluster.tshHome },
      configFile: '',
      trace: (line) => lines.push(line),
    });

    expect((await viaProfile.ping()).clusterName).toBe('example.test');
    expect(viaProfile.credentials.source.kind).toBe('profile');
    expect(lines.join('\n')).toMatch(/profile .*used: admin of cluster example\.test/);
  });

  it('says that the credentials are of another cluster', async () => {
    const connecting = connect({
      authServer: cluster.authAddress,
      identityFile: fixture('identity-file'),
      clock: () => new Date('2026-11-21T00:00:00Z'),
    });

    await expect(connecting).rejects.toMatchObject({ code: 'connect_failed', route: 'direct' });
  });

  it('recognises the proxy of another cluster, with the authority of its web certificate given', async () => {
    const { credentials } = client;

    const connecting = connect({
      authServer: cluster.proxyAddress,
      credentials: { ...credentials, clusterName: 'elsewhere.test' },
      caFile: cluster.proxyCaFile,
    });

    await expect(connecting).rejects.toMatchObject({
      code: 'connect_failed',
      route: 'proxy',
      message: expect.stringContaining('this is the proxy of cluster example.test'),
    });
  });

  it('wants an address beside credentials', async () => {
    await expect(connect({ credentials: client.credentials })).rejects.toMatchObject({ code: 'bad_parameter' });
  });
});

describe('the services', () => {
  it('make, list, change and remove a bot', async () => {
    const bot = await client.bots.create({
      name: 'ci',
      roles: ['access'],
      traits: { logins: ['root'] },
      maxSessionTtlSeconds: 3600,
    });

    expect(bot.status).toMatchObject({ userName: 'bot-ci', roleName: 'bot-ci' });
    expect(bot.spec?.maxSessionTtl?.seconds).toBe(3600n);
    expect((await collect(client.bots.list())).map((one) => one.metadata?.name)).toContain('ci');
    expect((await client.bots.update({ name: 'ci', roles: ['editor'] }, ['spec.roles'])).spec?.roles).toEqual([
      'editor',
    ]);
    expect((await client.users.get('bot-ci')).metadata?.name).toBe('bot-ci');
    await expect(client.bots.create({ name: 'ci' })).rejects.toMatchObject({
      code: 'already_exists',
      method: 'CreateBot',
    });
    await client.bots.delete('ci');
    await expect(client.bots.get('ci')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('list page by page', async () => {
    await Promise.all(Array.from({ length: 7 }, (_, i) => client.bots.create({ name: `paged-${i}` })));

    const names = (await collect(client.bots.list({ pageSize: 2 }))).map((bot) => bot.metadata?.name);

    expect(names.filter((name) => name?.startsWith('paged-'))).toHaveLength(7);
  });

  boundKeypair.it('make a bound keypair token, whose registration secret comes in its status', async () => {
    await client.bots.create({ name: 'agent' });
    await client.tokens.create({
      metadata: { name: 'agent-token' },
      spec: {
        roles: ['Bot'],
        joinMethod: 'bound_keypair',
        botName: 'agent',
        boundKeypair: { recovery: { limit: 1, mode: 'standard' } },
      },
    });

    const token = await client.tokens.get('agent-token');

    expect(token.status?.boundKeypair?.registrationSecret).toMatch(/^[0-9a-f]{32}$/);
    expect((await collect(client.tokens.list())).map((one) => one.metadata?.name)).toContain('agent-token');
    await client.tokens.delete('agent-token');
    await expect(client.tokens.get('agent-token')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('handle roles, users and locks', async () => {
    const role = await client.roles.upsert({
      kind: 'role',
      version: 'v7',
      metadata: { name: 'reader' },
      spec: { allow: { logins: ['root'] } },
    });
    expect(role.metadata?.name).toBe('reader');
    await client.users.create({
      kind: 'user',
      version: 'v2',
      metadata: { name: 'alice' },
      spec: { roles: ['reader'] },
    });
    await client.locks.upsert({
      kind: 'lock',
      version: 'v2',
      metadata: { name: 'no-alice' },
      spec: { target: { user: 'alice' } },
    });

    expect((await client.users.get('alice')).spec?.roles).toEqual(['reader']);
    expect((await collect(client.roles.list())).map((one) => one.metadata?.name)).toEqual(
      expect.arrayContaining(['access', 'editor', 'reader']),
    );
    expect((await collect(client.locks.list({ inForceOnly: true }))).map((one) => one.metadata?.name)).toContain(
      'no-alice',
    );
    await client.locks.delete('no-alice');
    await client.users.delete('alice');
    await client.roles.delete('reader');
    await expect(client.roles.get('reader')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('read authorities without their keys', async () => {
    const authority = await client.certAuthorities.get('host', 'example.test');

    expect(authority.spec?.activeKeys?.tls[0]?.cert.length).toBeGreaterThan(0);
    expect(authority.spec?.activeKeys?.tls[0]?.key.length).toBe(0);
    expect(Buffer.from(await client.clusterCaCert()).toString()).toContain('BEGIN CERTIFICATE');
  });

  it('read the settings of the cluster', async () => {
    const { clusterConfig } = client;

    expect((await clusterConfig.clusterName()).spec?.clusterName).toBe('example.test');
    const preference = await clusterConfig.authPreference.get();
    expect((await clusterConfig.authPreference.upsert(preference)).kind).toBe('cluster_auth_preference');
    expect((await clusterConfig.networkingConfig.get()).kind).toBe('cluster_networking_config');
    expect((await clusterConfig.sessionRecordingConfig.get()).kind).toBe('session_recording_config');
  });

  it('read alerts, proxies and auth services', async () => {
    expect(await client.alerts()).toEqual([]);
    expect((await client.proxies())[0]?.address).toBe(cluster.proxyAddress);
    expect((await client.authServers())[0]?.address).toBe(cluster.authAddress);
  });
});

describe('resources of any kind', () => {
  it('are listed, read, written and removed by kind', async () => {
    const bot = await client.bots.create({ name: 'generic' });

    expect((await client.resources.get('bot', 'generic')).metadata?.name).toBe('generic');
    expect((await client.resources.upsert('bot', bot))?.metadata?.name).toBe('generic');
    expect((await collect(client.resources.list('bot'))).length).toBeGreaterThan(0);
    await client.resources.delete('bot', 'generic');
    await expect(client.resources.get('bot', 'generic')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('take authorities of all types at once, named by type and cluster', async () => {
    const authorities = await collect(client.resources.list('cert_authority'));

    expect(authorities.map((one) => one.spec?.type)).toEqual([...CERT_AUTHORITY_TYPES]);
    expect((await client.resources.get('cert_authority', 'user/example.test')).spec?.type).toBe('user');
    expect(() => client.resources.get('cert_authority', 'user')).toThrow(/cert_authority/);
  });

  it('treat a singleton as a list of one', async () => {
    expect(await collect(client.resources.list('cluster_auth_preference'))).toHaveLength(1);
  });

  it('say what a kind does not offer', async () => {
    expect(client.resources.supports('lock', 'create')).toBe(false);
    expect(client.resources.supports('token', 'create')).toBe(true);
    await expect(
      client.resources.create('cert_authority', await client.certAuthorities.get('user', 'example.test')),
    ).rejects.toMatchObject({
      code: 'not_supported',
    });
  });
});
