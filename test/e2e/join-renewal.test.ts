import { create } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteBotInstance, getBotInstance } from '../../src/lib/cluster/domain/bot-instances.js';
import { createRole } from '../../src/lib/cluster/domain/roles.js';
import { generateUserCerts } from '../../src/lib/cluster/domain/user-certs.js';
import { parseSshCertificate, samePublicKey } from '../../src/lib/crypto/index.js';
import { UserCertsRequestSchema } from '../../src/lib/gen/proto/user_certs_pb.js';
import { RoleV6Schema } from '../../src/lib/gen/types/roles_pb.js';
import { ADMIN } from '../helpers/cluster-state.js';
import { holding, type JoiningCluster, joinRequest, newKey, refusal, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

const HOUR = 3_600_000;
let world: JoiningCluster;
const { newBot, newToken, instancesOf, lock, unlock } = joiningActions(() => world);

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
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
      expect(await world.refused(world.renew(holder))).toMatchObject({
        message: expect.stringMatching(/^lock targeting/),
      });
      expect(await world.refused(world.as(holder).auth.getRole({ name: `bot-${bot}` }))).toMatchObject({
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

  it('locks the bot where the record was deleted before the first renewal', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    await deleteBotInstance(world.cluster.state, bot, holder.identity.botInstanceId ?? '');
    expect(await refusal(world.renew(holder))).toMatchObject({
      code: 'PermissionDenied',
      message: 'renewable cert generation mismatch: stored=0, presented=1',
    });
    const [lock, ...more] = world.locks().filter(({ spec }) => spec?.target?.user === `bot-${bot}`);
    expect(lock?.spec).toMatchObject({ createdBy: 'system', message: expect.stringContaining(`bot-${bot}`) });
    expect(lock?.spec?.expires).toBeUndefined();
    expect(more).toEqual([]);
    expect(instancesOf(bot)).toEqual([]);
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
    const { auth } = world.as(holder);
    await auth.ping({});
    world.advance(62_000);
    expect(await world.refused(world.renew(holder))).toMatchObject({ code: 'PermissionDenied' });
    // Nor over a connection that was opened before; an hour, for there are no certificates of SSH that end sooner.
    const request = {
      username: `bot-${bot}`,
      expires: timestampFromDate(new Date(world.now().getTime() + HOUR)),
      ...key,
    };
    expect(await world.refused(auth.generateUserCerts(request))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('client credentials have expired'),
    });
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
    expect(await world.refused(world.renew(holder, change))).toMatchObject({ code });
    expect(instancesOf(bot)[0]?.status?.latestAuthentications).toHaveLength(1);
    await world.renew(holder);
  });

  boundKeypair.it.each(['user', 'botInstanceId'] as const)('refuses at once while the %s is locked', async (field) => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    const value = field === 'user' ? `bot-${bot}` : (holder.identity.botInstanceId ?? '');
    const name = await lock({ [field]: value });
    expect(await world.refused(world.renew(holder))).toMatchObject({
      message: expect.stringMatching(/^lock targeting/),
    });
    await unlock(name);
    await world.renew(holder);
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
    expect(await world.refused(call)).toMatchObject({ code: 'PermissionDenied' });
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
    expect(await world.refused(world.as(holder).instances.submitHeartbeat({ heartbeat: {} }))).toMatchObject({
      code: 'NotFound',
    });
  });

  it('need a bot and an instance in the certificate', async () => {
    const bot = await newBot();
    await world.joinBot(bot);
    for (const [username, missing] of [
      [`bot-${bot}`, 'bot instance'],
      ['admin', 'bot name'],
    ] as const) {
      const key = await newKey();
      const request = { username, tlsPublicKey: key.publicTlsKey, sshPublicKey: key.publicSshKey };
      const { state } = world.cluster;
      const holder = holding(await generateUserCerts(state, ADMIN, create(UserCertsRequestSchema, request)), key);
      expect(await world.refused(world.as(holder).instances.submitHeartbeat({ heartbeat: {} }))).toEqual({
        code: 'PermissionDenied',
        message: `identity did not contain ${missing}`,
      });
    }
  });

  it('take no more room than an agent needs', async () => {
    const { instances } = world.as(await world.joinBot(await newBot()));
    const long = { hostname: 'x'.repeat(70_000) };
    expect(await world.refused(instances.submitHeartbeat({ heartbeat: long }))).toMatchObject({
      code: 'InvalidArgument',
    });
    await instances.submitHeartbeat({ heartbeat: { hostname: 'x'.repeat(60_000) } });
  });

  it('need a message', async () => {
    const holder = await world.joinBot(await newBot());
    expect(await world.refused(world.as(holder).instances.submitHeartbeat({}))).toMatchObject({
      code: 'InvalidArgument',
    });
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
    const request = { key: publicSshKey, clusterName: 'example.test', principals: ['web.example.com'], role: 'Node' };
    const { trust } = world.as(output);
    const { sshCertificate } = await trust.generateHostCert({ ...request, ttl: durationFromMs(HOUR) });
    const certificate = parseSshCertificate(Buffer.from(sshCertificate).toString().trim());
    expect(certificate).toMatchObject({ type: 'host', principals: ['web.example.com'] });
    expect(certificate.extensions).toEqual({ 'x-teleport-authority': 'example.test', 'x-teleport-role': 'Node' });
    const { sshKey } = world.cluster.state.authorities.host;
    expect(samePublicKey(certificate.signatureKey, sshKey)).toBe(true);
    const ms = (certificate.validBefore?.getTime() ?? 0) - certificate.validAfter.getTime();
    expect(ms).toBe(HOUR + 60_000);
    const endless = await trust.generateHostCert({ ...request, ttl: { seconds: 2n ** 62n } });
    const last = parseSshCertificate(Buffer.from(endless.sshCertificate).toString().trim()).validBefore;
    expect(last).toEqual(new Date('9999-12-31T23:59:59Z'));
    for (const wrong of [
      { key: Buffer.from('x') },
      { role: 'node' },
      { clusterName: 'other.test' },
      { principals: [] },
      { ttl: { seconds: -1n } },
    ]) {
      expect(await world.refused(trust.generateHostCert({ ...request, ...wrong }))).toMatchObject({
        code: 'InvalidArgument',
      });
    }
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
      expect(await world.refused(call)).toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('is not open to callers without a certificate', async () => {
    const { auth, instances } = world.as();
    for (const call of [auth.generateUserCerts({ username: 'admin' }), instances.submitHeartbeat({ heartbeat: {} })]) {
      expect(await world.refused(call)).toMatchObject({ code: 'PermissionDenied' });
    }
  });
});
