import { X509Certificate } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteBot } from '../../src/lib/cluster/domain/bots.js';
import { getStored, putStored } from '../../src/lib/cluster/domain/stored-message.js';
import { deleteToken } from '../../src/lib/cluster/domain/tokens.js';
import { parseSshCertificate } from '../../src/lib/crypto/index.js';
import { ConnectorRefSchema, CreatedBySchema, UserV2Schema } from '../../src/lib/gen/types/users_pb.js';
import { holding, type JoiningCluster, joinRequest, newKey, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

const HOUR = 3_600_000;
let world: JoiningCluster;
const { newBot, newToken, instancesOf, lock, unlock, post } = joiningActions(() => world);

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

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

  it.each([
    ['a year', () => timestampFromDate(new Date(world.now().getTime() + 400 * 24 * HOUR))],
    ['more time than there is', () => ({ seconds: 2n ** 63n - 1n })],
  ])('begins a minute ago and ends with the role, whatever was asked for: %s', async (_, far) => {
    const bot = await newBot();
    const key = await newKey();
    const before = world.now().getTime();
    const certs = await world.as().join.registerUsingToken(joinRequest(await newToken(bot), key, { expires: far() }));
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

describe('what a stranger says about itself', () => {
  it.each(['auth service', 'proxy'])('does not count at the %s: instance, generation and address', async (door) => {
    const bot = await newBot();
    const known = await world.renew(await world.joinBot(bot));
    const key = await newKey();
    const { join } = door === 'proxy' ? world.throughProxy() : world.as();
    const certs = await join.registerUsingToken(
      joinRequest(await newToken(bot), key, {
        botInstanceId: known.identity.botInstanceId ?? '',
        botGeneration: 2,
        previousBotInstanceId: known.identity.botInstanceId ?? '',
        remoteAddr: '203.0.113.7',
      }),
    );
    const { identity } = holding(certs, key);
    expect(identity).toMatchObject({ generation: 1, loginIp: '127.0.0.1' });
    expect(identity.botInstanceId).not.toBe(known.identity.botInstanceId);
    const made = instancesOf(bot).find(({ spec }) => spec?.instanceId === identity.botInstanceId);
    expect(made?.spec?.previousInstanceId).toBe('');
    expect(instancesOf(bot)).toHaveLength(2);
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
    expect(await world.refused(call)).toMatchObject({
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
    ['a moment before all others', { expires: { seconds: -(2n ** 63n) } }, 'InvalidArgument'],
    ['no key', { publicTlsKey: new Uint8Array(), publicSshKey: new Uint8Array() }, 'InvalidArgument'],
    ['a TLS key that is none', { publicTlsKey: Buffer.from('-----BEGIN PUBLIC KEY-----') }, 'InvalidArgument'],
    ['an SSH key that is none', { publicSshKey: Buffer.from('ssh-ed25519 AAAA') }, 'InvalidArgument'],
  ])('refuses %s, and the token survives', async (_name, change, code) => {
    const bot = await newBot();
    const token = await newToken(bot);
    const key = await newKey();
    const call = world.as().join.registerUsingToken(joinRequest(token, key, change));
    expect(await world.refused(call)).toMatchObject({ code });
    expect(world.token(token)).toBeDefined();
    expect(instancesOf(bot)).toEqual([]);
  });

  boundKeypair.it('refuses a token of the method bound_keypair', async () => {
    const bot = await newBot();
    await world.addToken(`bk-${bot}`, {
      roles: ['Bot'],
      botName: bot,
      joinMethod: 'bound_keypair',
      boundKeypair: { onboarding: {}, recovery: { limit: 1, mode: 'standard' } },
    });
    const call = world.as().join.registerUsingToken(joinRequest(`bk-${bot}`, await newKey()));
    expect(await world.refused(call)).toMatchObject({ code: 'PermissionDenied' });
  });

  it('refuses the token of a bot that is gone', async () => {
    const bot = await newBot();
    const token = await newToken(bot);
    await deleteBot(world.cluster.state, bot);
    const call = world.as().join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await world.refused(call)).toEqual({ code: 'PermissionDenied', message: 'access denied' });
  });

  it('refuses the token of a bot whose user came from an identity provider', async () => {
    const bot = await newBot();
    const token = await newToken(bot);
    await world.cluster.state.store.write((transaction) => {
      const user = getStored(transaction, UserV2Schema, 'user', `bot-${bot}`);
      if (user?.spec === undefined) throw new Error('the bot has no user');
      user.spec.createdBy = create(CreatedBySchema, { connector: create(ConnectorRefSchema, { id: 'github' }) });
      putStored(transaction, UserV2Schema, 'user', `bot-${bot}`, user);
    });
    const call = world.as().join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await world.refused(call)).toEqual({ code: 'PermissionDenied', message: 'access denied' });
  });

  boundKeypair.it.each([
    ['user', (bot: string) => ({ user: `bot-${bot}` })],
    ['role', (bot: string) => ({ role: `bot-${bot}` })],
    ['token', (_bot: string, token: string) => ({ joinToken: token })],
  ])('refuses while the %s is locked; the token survives', async (_name, target) => {
    const bot = await newBot();
    const token = await newToken(bot);
    const name = await lock(target(bot, token));
    const attempt = async () => world.as().join.registerUsingToken(joinRequest(token, await newKey()));
    expect(await world.refused(attempt())).toMatchObject({
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
