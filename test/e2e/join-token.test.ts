import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteBotInstance, getBotInstance, listBotInstances } from '../../src/lib/cluster/domain/bot-instances.js';
import { deleteBot } from '../../src/lib/cluster/domain/bots.js';
import { deleteLock, upsertLock } from '../../src/lib/cluster/domain/locks.js';
import { createRole } from '../../src/lib/cluster/domain/roles.js';
import { deleteToken } from '../../src/lib/cluster/domain/tokens.js';
import { parseSshCertificate, samePublicKey } from '../../src/lib/crypto/index.js';
import { LockV2Schema } from '../../src/lib/gen/types/locks_pb.js';
import { RoleV6Schema } from '../../src/lib/gen/types/roles_pb.js';
import { ADMIN } from '../helpers/cluster-state.js';
import { holding, type JoiningCluster, joinRequest, newKey, refusal, startJoiningCluster } from '../helpers/joining.js';

const HOUR = 3_600_000;
let world: JoiningCluster;
let names = 0;

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

async function newBot(roles?: string[]): Promise<string> {
  names += 1;
  const name = `bot${names}`;
  await world.addBot(name, roles);
  return name;
}

/** A new one-time token of a bot. */
async function newToken(botName: string, expires?: Date): Promise<string> {
  names += 1;
  const name = `secret-token-name-${names}`;
  await world.addToken(name, { roles: ['Bot'], botName, joinMethod: 'token' }, expires);
  return name;
}

const instancesOf = (botName: string) =>
  listBotInstances(world.cluster.state, { size: 100, token: '' }, { botName, searchTerm: '' }).instances;

async function lock(target: Record<string, string>): Promise<string> {
  names += 1;
  const name = `lock-${names}`;
  await upsertLock(world.cluster.state, ADMIN, create(LockV2Schema, { metadata: { name }, spec: { target } }));
  return name;
}

const unlock = (name: string) => deleteLock(world.cluster.state, name);

async function post(body: string | Buffer): Promise<{ status: number; body: Record<string, unknown> }> {
  const [host, port] = world.cluster.proxyAddress.split(':');
  const ca = readFileSync(world.cluster.proxyCaFile);
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host,
        port,
        path: '/v1/webapi/host/credentials',
        method: 'POST',
        ca,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('joining with a token', () => {
  it('gives a renewable identity of generation 1, and records the instance', async () => {
    const bot = await newBot();
    const token = await newToken(bot);
    const key = await newKey();
    const certs = await world.as().join.registerUsingToken(joinRequest(token, key));
    const { identity } = holding(certs, key);

    expect(identity).toMatchObject({
      username: `bot-${bot}`,
      roles: [`bot-${bot}`],
      usage: [],
      routeToCluster: 'example.test',
      teleportCluster: 'example.test',
      renewable: true,
      generation: 1,
      botName: bot,
      loginIp: '127.0.0.1',
      userType: 'local',
      privateKeyPolicy: 'none',
      joinAttributes: '{"meta":{"join_method":"token"}}',
    });
    expect([...identity.principals].sort()).toEqual([
      '-teleport-internal-join',
      expect.stringMatching(/^-teleport-nologin-[0-9a-f-]{36}$/),
    ]);
    const [instance] = instancesOf(bot);
    expect(instance?.spec).toMatchObject({ botName: bot, instanceId: identity.botInstanceId });
    expect(instance?.status?.initialAuthentication).toMatchObject({
      generation: 1,
      joinMethod: 'token',
      joinToken: expect.stringMatching(/^\*{13,}.{1,6}$/),
    });
    expect(Buffer.from(instance?.status?.initialAuthentication?.publicKey ?? '')).toEqual(
      Buffer.from(key.publicTlsKey),
    );
  });

  it('gives certificates that openssl and ssh-keygen read as those of a real cluster', async () => {
    const { certs } = await world.joinBot(await newBot());
    const folder = mkdtempSync(join(tmpdir(), 'certs-'));
    writeFileSync(join(folder, 'tls'), certs.tls);
    writeFileSync(join(folder, 'ssh'), certs.ssh);
    const tls = execFileSync('openssl', ['x509', '-in', join(folder, 'tls'), '-noout', '-text']).toString();
    const ssh = execFileSync('ssh-keygen', ['-L', '-f', join(folder, 'ssh')]).toString();
    rmSync(folder, { recursive: true });

    expect(tls).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(tls).toMatch(/TLS Web Server Authentication, TLS Web Client Authentication/);
    expect(tls).toMatch(/CA:FALSE/);
    expect(tls).not.toMatch(/Subject Alternative Name/);
    expect(ssh.match(/^ {16}\S+(?= |$)/gm)?.map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'bot-instance-id@goteleport.com',
        'bot-name@goteleport.com',
        'generation',
        'login-ip',
        'permit-port-forwarding',
        'permit-pty',
        'private-key-policy',
        'renewable',
        'teleport-roles',
        'teleport-route-to-cluster',
        'teleport-traits',
      ]),
    );
    expect(ssh).toMatch(/Serial: 0\n/);
  });

  it('begins a minute ago and ends with the role, whatever was asked for', async () => {
    const bot = await newBot();
    const key = await newKey();
    const far = timestampFromDate(new Date(world.now().getTime() + 400 * 24 * HOUR));
    const before = world.now().getTime();
    const certs = await world.as().join.registerUsingToken(joinRequest(await newToken(bot), key, { expires: far }));
    const tls = new X509Certificate(Buffer.from(certs.tls));
    const ssh = parseSshCertificate(Buffer.from(certs.ssh).toString().trim());

    expect(tls.validFromDate.getTime()).toBeGreaterThanOrEqual(before - 62_000);
    expect(tls.validFromDate.getTime()).toBeLessThanOrEqual(world.now().getTime() - 60_000);
    expect(tls.validToDate.getTime() - tls.validFromDate.getTime()).toBe(12 * HOUR + 60_000);
    expect(ssh.validBefore).toEqual(tls.validToDate);
    const [instance] = instancesOf(bot);
    expect(Number(instance?.metadata?.expires?.seconds) * 1000).toBeGreaterThan(before + 7 * 24 * HOUR);
  });

  it('names the user authority first, then the host authority', async () => {
    const { certs } = await world.joinBot(await newBot());
    const { user, host } = world.cluster.state.authorities;
    expect(certs.tlsCaCerts.map((pem) => Buffer.from(pem).toString())).toEqual([user.tlsCertPem, host.tlsCertPem]);
    expect(certs.sshCaCerts).toHaveLength(2);
  });

  it('works through the proxy, and answers in the real proxy’s JSON', async () => {
    const bot = await newBot();
    const key = await newKey();
    const body = {
      hostID: '',
      node_name: '',
      role: 'Bot',
      token: await newToken(bot),
      additional_principals: null,
      dns_names: null,
      public_tls_key: Buffer.from(key.publicTlsKey).toString('base64'),
      public_ssh_key: Buffer.from(key.publicSshKey).toString('base64'),
      expires: new Date(world.now().getTime() + HOUR).toISOString(),
      remote_addr: '203.0.113.7',
      bot_instance_id: 'b8a0d5a4-0000-4000-8000-000000000000',
      bot_generation: 7,
      previous_bot_instance_id: 'b8a0d5a4-0000-4000-8000-000000000001',
    };
    const first = await post(JSON.stringify(body));
    expect(first.status).toBe(200);
    expect(Object.keys(first.body)).toEqual(['ssh', 'tls', 'tls_ca_certs', 'ssh_ca_certs']);
    const tls = new X509Certificate(Buffer.from(String(first.body.tls), 'base64'));
    expect(tls.subject).toContain(`bot-${bot}`);
    const [instance] = instancesOf(bot);
    // Nothing that the body claims about itself counts.
    expect(instance?.spec?.instanceId).not.toBe(body.bot_instance_id);
    expect(instance?.spec?.previousInstanceId).toBe('');
    expect(instance?.status?.initialAuthentication?.generation).toBe(1);
    expect(tls.subject).not.toContain('203.0.113.7');

    const second = await post(JSON.stringify(body));
    expect(second).toEqual({
      status: 403,
      body: { error: { message: '"" can not join the cluster with role "Bot", token expired or not found' } },
    });
  });
});

describe('joining with a token that does not allow it', () => {
  it.each([
    ['unknown', async () => 'no-such-token'],
    [
      'deleted',
      async () => {
        const token = await newToken(await newBot());
        await deleteToken(world.cluster.state, token);
        return token;
      },
    ],
    ['expired', async () => newToken(await newBot(), new Date(world.now().getTime() - 1))],
  ])('refuses an %s token', async (_name, make) => {
    const call = world.as().join.registerUsingToken(joinRequest(await make(), await newKey()));
    expect(await refusal(call)).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('token expired or not found'),
    });
  });

  it('lets exactly one of many simultaneous uses in', async () => {
    const bot = await newBot();
    const token = await newToken(bot);
    const key = await newKey();
    const { join: service } = world.as();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => service.registerUsingToken(joinRequest(token, key))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(instancesOf(bot)).toHaveLength(1);
    expect(world.token(token)).toBeUndefined();
  });

  it.each([
    ['a role that the token lacks', { role: 'Node', hostId: 'host' }, 'InvalidArgument'],
    ['the role Instance', { role: 'Instance', hostId: 'host' }, 'PermissionDenied'],
    ['a role in the wrong case', { role: 'bot', hostId: 'host' }, 'InvalidArgument'],
    ['a role that does not exist', { role: 'Root', hostId: 'host' }, 'InvalidArgument'],
    ['no token name', { token: '' }, 'InvalidArgument'],
    ['a moment in the past', { expires: timestampFromDate(new Date(0)) }, 'InvalidArgument'],
    ['no key', { publicTlsKey: new Uint8Array(), publicSshKey: new Uint8Array() }, 'InvalidArgument'],
    ['a TLS key that is none', { publicTlsKey: Buffer.from('-----BEGIN PUBLIC KEY-----') }, 'InvalidArgument'],
    ['an SSH key that is none', { publicSshKey: Buffer.from('ssh-ed25519 AAAA') }, 'InvalidArgument'],
  ])('refuses %s, and the token survives', async (_name, change, code) => {
    const bot = await newBot();
    const token = await newToken(bot);
    const key = await newKey();
    const call = world.as().join.registerUsingToken(joinRequest(token, key, change));
    expect(await refusal(call)).toMatchObject({ code });
    expect(world.token(token)).toBeDefined();
    expect(instancesOf(bot)).toEqual([]);
  });

  it('refuses a token of the method bound_keypair', async () => {
    const bot = await newBot();
    await world.addToken(`bk-${bot}`, {
      roles: ['Bot'],
      botName: bot,
      joinMethod: 'bound_keypair',
      boundKeypair: { onboarding: {}, recovery: { limit: 1, mode: 'standard' } },
    });
    const call = world.as().join.registerUsingToken(joinRequest(`bk-${bot}`, await newKey()));
    expect(await refusal(call)).toMatchObject({ code: 'PermissionDenied' });
  });

  it('refuses the token of a bot that is gone', async () => {
    const bot = await newBot();
    const token = await newToken(bot);
    await deleteBot(world.cluster.state, bot);
    const call = world.as().join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await refusal(call)).toEqual({ code: 'PermissionDenied', message: 'access denied' });
  });

  it.each([
    ['user', (bot: string) => ({ user: `bot-${bot}` })],
    ['role', (bot: string) => ({ role: `bot-${bot}` })],
    ['token', (_bot: string, token: string) => ({ joinToken: token })],
  ])('refuses while the %s is locked; the token survives', async (_name, target) => {
    const bot = await newBot();
    const token = await newToken(bot);
    const name = await lock(target(bot, token));
    const attempt = async () => world.as().join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await refusal(attempt())).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringMatching(/^lock targeting/),
    });
    expect(instancesOf(bot)).toEqual([]);
    await unlock(name);
    await attempt();
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['a list', Buffer.from('[]')],
    ['fields of the wrong type', Buffer.from('{"role":["Bot"],"token":1}')],
    ['keys that are not base64', Buffer.from('{"role":"Bot","token":"x","public_tls_key":"%%"}')],
    ['more than a megabyte', Buffer.alloc(1024 * 1024 + 1, ' ')],
  ])('refuses a body with %s', async (_name, body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe('renewing', () => {
  it('counts the generation in certificate, record and user, and keeps the instance', async () => {
    const bot = await newBot();
    const first = await world.joinBot(bot);
    const second = await world.renew(first);
    const third = await world.renew(second);
    expect(third.identity).toMatchObject({
      generation: 3,
      renewable: true,
      botInstanceId: first.identity.botInstanceId,
      joinAttributes: first.identity.joinAttributes,
    });
    const [instance] = instancesOf(bot);
    expect(instance?.status?.latestAuthentications.map(({ generation }) => generation)).toEqual([1, 2, 3]);
    expect(instance?.status?.latestAuthentications[2]).toMatchObject({ joinMethod: 'token', joinToken: '' });
  });

  it('locks the bot when a copy with an old generation is used; then both holders are kept out', async () => {
    const bot = await newBot();
    const stolen = await world.joinBot(bot);
    const rightful = await world.renew(stolen);
    expect(await refusal(world.renew(stolen))).toEqual({
      code: 'PermissionDenied',
      message: 'renewable cert generation mismatch: stored=2, presented=1',
    });
    expect(world.locks().filter(({ spec }) => spec?.target?.user === `bot-${bot}`)).toHaveLength(1);
    for (const holder of [stolen, rightful]) {
      expect(await refusal(world.renew(holder))).toMatchObject({ message: expect.stringMatching(/^lock targeting/) });
      expect(await refusal(world.as(holder).auth.getRole({ name: `bot-${bot}` }))).toMatchObject({
        code: 'PermissionDenied',
      });
    }
    const [instance] = instancesOf(bot);
    expect(instance?.status?.latestAuthentications.at(-1)?.generation).toBe(2);
    expect(world.locks().filter(({ spec }) => spec?.target?.user === `bot-${bot}`)).toHaveLength(1);
  });

  it('lets at most one of two simultaneous renewals win, and locks the bot as for a copy', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    const results = await Promise.allSettled([world.renew(holder), world.renew(holder)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [instance] = instancesOf(bot);
    expect(instance?.status?.latestAuthentications.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(world.locks().some(({ spec }) => spec?.target?.user === `bot-${bot}`)).toBe(true);
  });

  it('makes a new instance where the record was deleted after a renewal', async () => {
    const bot = await newBot();
    const holder = await world.renew(await world.joinBot(bot));
    await deleteBotInstance(world.cluster.state, bot, holder.identity.botInstanceId ?? '');
    const next = await world.renew(holder);
    expect(next.identity.generation).toBe(3);
    expect(next.identity.botInstanceId).not.toBe(holder.identity.botInstanceId);
    expect(getBotInstance(world.cluster.state, bot, next.identity.botInstanceId ?? '')).toBeDefined();
  });

  it('keeps no more than ten authentications', async () => {
    const bot = await newBot();
    let holder = await world.joinBot(bot);
    for (let count = 0; count < 11; count += 1) holder = await world.renew(holder);
    const { status } = instancesOf(bot)[0] ?? {};
    expect(status?.latestAuthentications.map(({ generation }) => generation)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(status?.initialAuthentication?.generation).toBe(1);
  });

  it('refuses an expired certificate', async () => {
    const bot = await newBot();
    await world.addToken('short', { roles: ['Bot'], botName: bot, joinMethod: 'token' });
    const key = await newKey();
    const expires = timestampFromDate(new Date(world.now().getTime() + 60_000));
    const holder = holding(await world.as().join.registerUsingToken(joinRequest('short', key, { expires })), key);
    world.advance(62_000);
    expect(await refusal(world.renew(holder))).toMatchObject({ code: 'PermissionDenied' });
    world.advance(-62_000);
    expect(instancesOf(bot)[0]?.status?.latestAuthentications).toHaveLength(1);
  });

  it.each([
    ['another user', { username: 'admin' }, 'PermissionDenied'],
    ['no key', { tlsPublicKey: new Uint8Array(), sshPublicKey: new Uint8Array() }, 'InvalidArgument'],
    ['an end in the past', { expires: timestampFromDate(new Date(0)) }, 'PermissionDenied'],
    ['roles without naming any', { useRoleRequests: true }, 'InvalidArgument'],
    ['a role that the bot may not take', { useRoleRequests: true, roleRequests: ['editor'] }, 'PermissionDenied'],
    ['roles and access requests', { roleRequests: ['access'], accessRequests: ['x'] }, 'PermissionDenied'],
    ['a cluster that does not exist', { routeToCluster: 'elsewhere.test' }, 'NotFound'],
    ['a Kubernetes cluster that does not exist', { kubernetesCluster: 'kube' }, 'InvalidArgument'],
  ])('refuses a request for %s, and counts nothing', async (_name, change, code) => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    expect(await refusal(world.renew(holder, change))).toMatchObject({ code });
    expect(instancesOf(bot)[0]?.status?.latestAuthentications).toHaveLength(1);
    await world.renew(holder);
  });

  it.each(['user', 'botInstanceId'] as const)('refuses at once while the %s is locked', async (field) => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    const value = field === 'user' ? `bot-${bot}` : (holder.identity.botInstanceId ?? '');
    const name = await lock({ [field]: value });
    expect(await refusal(world.renew(holder))).toMatchObject({ message: expect.stringMatching(/^lock targeting/) });
    await unlock(name);
    await world.renew(holder);
  });
});

describe('certificates of outputs', () => {
  const roles = { useRoleRequests: true, roleRequests: ['access'] };

  it('have the requested roles, name the impersonator and cannot be exchanged', async () => {
    const bot = await newBot();
    const own = await world.joinBot(bot);
    const output = await world.renew(own, roles);
    expect(output.identity).toMatchObject({
      username: `bot-${bot}`,
      roles: ['access'],
      impersonator: `bot-${bot}`,
      disallowReissue: true,
      botName: bot,
      botInstanceId: own.identity.botInstanceId,
    });
    expect(output.identity.renewable).toBeFalsy();
    expect(output.identity.generation).toBeFalsy();
    expect(output.certs.tlsCaCerts).toHaveLength(1);
    expect(instancesOf(bot)[0]?.status?.latestAuthentications).toHaveLength(1);
    for (const request of [{}, roles]) {
      expect(await refusal(world.renew(output, request))).toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('can be exchanged for their like where the bot asked for that, but not for more', async () => {
    const output = await world.renew(await world.joinBot(await newBot()), {
      ...roles,
      reissuableRoleImpersonation: true,
    });
    const again = await world.renew(output, {
      expires: timestampFromDate(new Date(world.now().getTime() + 100 * HOUR)),
    });
    expect(again.identity).toMatchObject({ roles: ['access'], impersonator: output.identity.impersonator });
    expect(again.identity.renewable).toBeFalsy();
    expect(new X509Certificate(again.certPem).validTo).toBe(new X509Certificate(output.certPem).validTo);
    expect(await refusal(world.renew(output, roles))).toMatchObject({ code: 'PermissionDenied' });
    expect(await refusal(world.renew(output, { username: 'admin' }))).toMatchObject({ code: 'PermissionDenied' });
  });

  it('do not speak for the bot in a join', async () => {
    const bot = await newBot();
    const output = await world.renew(await world.joinBot(bot), roles);
    const key = await newKey();
    const certs = await world.as(output).join.registerUsingToken(joinRequest(await newToken(bot), key));
    expect(holding(certs, key).identity.generation).toBe(1);
    expect(instancesOf(bot)).toHaveLength(2);
  });

  it('a database is named in the certificate', async () => {
    const output = await world.renew(await world.joinBot(await newBot()), {
      ...roles,
      routeToDatabase: { serviceName: 'db1', protocol: 'postgres', username: 'alice', database: 'main' },
    });
    expect(output.identity).toMatchObject({
      dbService: 'db1',
      dbProtocol: 'postgres',
      dbUser: 'alice',
      dbName: 'main',
    });
  });
});

describe('joining again', () => {
  it('goes on with the instance of the same bot', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    const key = await newKey();
    const certs = await world.as(holder).join.registerUsingToken(joinRequest(await newToken(bot), key));
    expect(holding(certs, key).identity).toMatchObject({
      generation: 2,
      botInstanceId: holder.identity.botInstanceId,
    });
  });

  it('with the certificate of another bot is refused; neither bot is locked, the token survives', async () => {
    const [one, other] = [await newBot(), await newBot()];
    const holder = await world.joinBot(one);
    const token = await newToken(other);
    const call = world.as(holder).join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await refusal(call)).toMatchObject({ code: 'PermissionDenied' });
    expect(world.token(token)).toBeDefined();
    const users = world.locks().map(({ spec }) => spec?.target?.user);
    expect(users).not.toContain(`bot-${one}`);
    expect(users).not.toContain(`bot-${other}`);
  });
});

describe('heartbeats', () => {
  it('are noted at the instance of the certificate with the time of the cluster, ten at most', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    const { instances } = world.as(holder);
    for (let count = 0; count < 12; count += 1) {
      const heartbeat = {
        recordedAt: timestampFromDate(new Date(0)),
        hostname: `host-${count}`,
        uptime: durationFromMs(1000),
      };
      await instances.submitHeartbeat({ heartbeat });
    }
    const { status } = instancesOf(bot)[0] ?? {};
    expect(status?.initialHeartbeat?.hostname).toBe('host-0');
    expect(status?.latestHeartbeats.map(({ hostname }) => hostname)).toEqual(
      Array.from({ length: 10 }, (_, index) => `host-${index + 2}`),
    );
    expect(Number(status?.latestHeartbeats[0]?.recordedAt?.seconds)).toBeGreaterThan(0);
  });

  it('of an instance that is gone are refused', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    await deleteBotInstance(world.cluster.state, bot, holder.identity.botInstanceId ?? '');
    expect(await refusal(world.as(holder).instances.submitHeartbeat({ heartbeat: {} }))).toMatchObject({
      code: 'NotFound',
    });
  });

  it('need a message', async () => {
    const holder = await world.joinBot(await newBot());
    expect(await refusal(world.as(holder).instances.submitHeartbeat({}))).toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('SSH certificates of hosts', () => {
  it('are issued by the host authority, for the names that were asked for', async () => {
    const role = create(RoleV6Schema, {
      kind: 'role',
      version: 'v7',
      metadata: { name: 'host-certs' },
      spec: { allow: { rules: [{ resources: ['host_cert'], verbs: ['create'] }] } },
    });
    await createRole(world.cluster.state, role);
    const output = await world.renew(await world.joinBot(await newBot(['host-certs'])), {
      useRoleRequests: true,
      roleRequests: ['host-certs'],
    });
    const { publicSshKey } = await newKey('ed25519');
    const request = { key: publicSshKey, clusterName: 'example.test', principals: ['web.example.com'] };
    const { trust } = world.as(output);
    const { sshCertificate } = await trust.generateHostCert({ ...request, ttl: durationFromMs(HOUR) });
    const certificate = parseSshCertificate(Buffer.from(sshCertificate).toString().trim());
    expect(certificate).toMatchObject({ type: 'host', principals: ['web.example.com'] });
    expect(certificate.extensions).toMatchObject({ 'x-teleport-authority': 'example.test' });
    const { sshKey } = world.cluster.state.authorities.host;
    expect(samePublicKey(certificate.signatureKey, sshKey)).toBe(true);
    const ms = (certificate.validBefore?.getTime() ?? 0) - certificate.validAfter.getTime();
    expect(ms).toBe(HOUR + 60_000);
    expect(await refusal(trust.generateHostCert({ ...request, key: Buffer.from('x') }))).toMatchObject({
      code: 'InvalidArgument',
    });
  });
});

describe('what a bot may do beside that', () => {
  it('is to read its role and the authorities, no more', async () => {
    const bot = await newBot();
    const { auth, trust, instances } = world.as(await world.joinBot(bot));
    expect((await auth.getRole({ name: `bot-${bot}` })).metadata?.name).toBe(`bot-${bot}`);
    await trust.getCertAuthority({ type: 'host', domain: 'example.test' });
    for (const call of [
      auth.getTokens({}),
      auth.getRole({ name: 'editor' }),
      trust.getCertAuthority({ type: 'host', domain: 'example.test', includeKey: true }),
      trust.generateHostCert({ hostId: 'h', clusterName: 'example.test' }),
      instances.listBotInstances({}),
      instances.deleteBotInstance({ botName: bot, instanceId: 'x' }),
      auth.upsertLock({ metadata: { name: 'x' }, spec: { target: { user: 'admin' } } }),
    ]) {
      expect(await refusal(call)).toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('is not open to callers without a certificate', async () => {
    const { auth, instances } = world.as();
    for (const call of [auth.generateUserCerts({ username: 'admin' }), instances.submitHeartbeat({ heartbeat: {} })]) {
      expect(await refusal(call)).toMatchObject({ code: 'PermissionDenied' });
    }
  });
});
