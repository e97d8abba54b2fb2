import type { KeyObject } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { authorizedKeyLine, generatePrivateKey, signJws } from '../../src/lib/crypto/index.js';
import { boundBots } from '../helpers/bound-bots.js';
import { type Attempt, BoundKeypairAgent } from '../helpers/bound-keypair-agent.js';
import { type JoiningCluster, refusal, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

let world: JoiningCluster;
const bound = boundBots(() => world);
const { instancesOf } = joiningActions(() => world);

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

boundKeypair.describe('the first join', () => {
  it('with a pre-registered key binds it, counts and gives a join state', async () => {
    const machine = await bound();
    const { holder, joinState, publicKey, asked } = await machine.join();
    expect(asked).toEqual(['challenge', 'certs']);
    expect(holder.identity).toMatchObject({
      botName: machine.bot,
      generation: 1,
      joinAttributes: `{"meta":{"join_token_name":"${machine.token}","join_method":"bound_keypair"}}`,
    });
    expect(holder.identity.renewable).toBeFalsy();
    expect(machine.status()).toMatchObject({
      boundPublicKey: publicKey,
      boundBotInstanceId: holder.identity.botInstanceId,
      recoveryCount: 1,
      registrationSecret: '',
    });
    expect(machine.status().lastRotatedAt).toBeUndefined();
    expect(machine.status().lastRecoveredAt).toBeDefined();
    const [header, payload] = Buffer.from(joinState).toString().split('.').slice(0, 2).map(decode);
    expect(header).toEqual({ alg: 'EdDSA', kid: expect.any(String), typ: 'JWT' });
    expect(payload).toEqual({
      iss: 'example.test',
      aud: ['example.test'],
      sub: machine.bot,
      iat: expect.any(Number),
      nbf: expect.any(Number),
      bot_instance_id: holder.identity.botInstanceId,
      recovery_sequence: 1,
      recovery_limit: 1,
      recovery_mode: 'standard',
    });
  });

  it('works through the proxy, which serves nothing else there', async () => {
    const machine = await bound();
    const proxy = world.throughProxy();
    const { holder } = await machine.agent.join(proxy, machine.token);
    expect(holder.identity).toMatchObject({ botName: machine.bot, loginIp: '127.0.0.1' });
    expect(await world.refused(proxy.auth.ping({}))).toMatchObject({ code: 'Unimplemented' });
  });

  it('with the registration secret brings a key of the joiner’s own, once', async () => {
    const machine = await bound({ onboarding: { registrationSecret: 'the-secret' } });
    expect(machine.status().registrationSecret).toBe('the-secret');
    const { asked, publicKey } = await machine.join({ secret: 'the-secret' });
    expect(asked).toEqual(['rotation', 'challenge', 'certs']);
    expect(machine.status()).toMatchObject({ boundPublicKey: publicKey, registrationSecret: '', recoveryCount: 1 });
    expect(machine.status().lastRotatedAt).toBeUndefined();

    const thief = new BoundKeypairAgent(await generatePrivateKey('ed25519'));
    expect(
      (await world.refused(thief.join(world.as(), machine.token, { secret: 'the-secret', solve: signJws }))).code,
    ).toBe('PermissionDenied');
  });

  it.each([
    ['wrong', { secret: 'other' }, {}],
    ['missing', {}, {}],
    ['right, but too late', { secret: 'the-secret' }, { mustRegisterBefore: timestampFromDate(new Date(1)) }],
  ])('is refused with a secret that is %s, always in the same words', async (_name, attempt, onboarding) => {
    const machine = await bound({ onboarding: { registrationSecret: 'the-secret', ...onboarding } });
    expect(await world.refused(machine.join(attempt))).toEqual({
      code: 'PermissionDenied',
      message: 'a valid registration secret is required',
    });
    expect(machine.status()).toMatchObject({ boundPublicKey: '', recoveryCount: 0, registrationSecret: 'the-secret' });
  });

  it('does not look at a secret or its time where a key is registered', async () => {
    const key = await generatePrivateKey('ed25519');
    const onboarding = { registrationSecret: 'the-secret', mustRegisterBefore: timestampFromDate(new Date(1)) };
    const machine = await bound({ onboarding: { ...onboarding, initialPublicKey: authorizedKeyLine(key) } });
    machine.agent.keys.unshift(key);
    expect((await machine.join({ secret: 'anything' })).asked).toEqual(['challenge', 'certs']);
  });

  it('is refused with the certificate of an earlier life, and for other roles', async () => {
    const machine = await bound();
    const holder = await world.joinBot(machine.bot);
    expect(await world.refused(machine.agent.join(world.as(holder), machine.token))).toMatchObject({
      code: 'InvalidArgument',
    });
    expect(await world.refused(machine.join({ role: 'Node' }))).toMatchObject({ code: 'InvalidArgument' });
    expect(world.token(machine.token)?.status?.boundKeypair?.boundPublicKey ?? '').toBe('');
  });

  it('is refused with a token of the method token', async () => {
    const machine = await bound();
    await world.addToken(`${machine.bot}-plain`, { roles: ['Bot'], botName: machine.bot, joinMethod: 'token' });
    const joining = machine.agent.join(world.as(), `${machine.bot}-plain`);
    expect(await world.refused(joining)).toMatchObject({ code: 'InvalidArgument' });
    expect(world.token(`${machine.bot}-plain`)).toBeDefined();
  });

  it('lets one of two simultaneous joins in', async () => {
    const machine = await bound();
    const results = await Promise.allSettled([machine.join(), machine.join()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(machine.status().recoveryCount).toBe(1);
    expect(instancesOf(machine.bot)).toHaveLength(1);
  });
});

const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const altered = (change: object) => (challenge: string, key: KeyObject) =>
  signJws(JSON.stringify({ ...JSON.parse(challenge), ...change }), key);

boundKeypair.describe('a challenge', () => {
  it.each<[string, NonNullable<Attempt['solve']>]>([
    ['signed by another key', async (challenge) => signJws(challenge, await generatePrivateKey('ed25519'))],
    ['of the algorithm none', (challenge) => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(challenge)}.`],
    [
      'of an algorithm with a shared secret',
      (challenge) => `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(challenge)}.${encode('x'.repeat(32))}`,
    ],
    ['with another nonce', altered({ nonce: '0'.repeat(32) })],
    ['with a later end', altered({ exp: 4102444800 })],
    ['with another issue time', altered({ iat: 1 })],
    ['with another start', altered({ nbf: 1 })],
    ['with another issuer', altered({ iss: 'elsewhere.test' })],
    ['with another audience', altered({ aud: ['elsewhere.test'] })],
    ['with another subject', altered({ sub: 'someone' })],
    ['without claims', (_challenge, key) => signJws('{}', key)],
    ['with no JSON', (_challenge, key) => signJws('x', key)],
    ['that is no signed document', () => 'garbage'],
    ['that is empty', () => ''],
    [
      'whose payload was swapped',
      async (challenge, key) => {
        const [header, , signature] = (await signJws('{}', key)).split('.');
        return `${header}.${encode(challenge)}.${signature}`;
      },
    ],
  ])('is not solved by a solution %s; nothing changes', async (_name, solve) => {
    const machine = await bound();
    expect(await world.refused(machine.join({ solve }))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringMatching(/^failed to complete challenge/),
    });
    expect(world.token(machine.token)?.status?.boundKeypair?.recoveryCount ?? 0).toBe(0);
    expect(instancesOf(machine.bot)).toEqual([]);
    expect(machine.tokenLocks()).toBe(0);
  });

  it('is not solved by the solution of an earlier conversation', async () => {
    const machine = await bound({ recovery: { mode: 'insecure' } });
    let recorded = '';
    await machine.join({
      solve: async (challenge, key) => {
        recorded = await signJws(challenge, key);
        return recorded;
      },
    });
    expect(await world.refused(machine.join({ solve: () => recorded }))).toMatchObject({ code: 'PermissionDenied' });
    expect(machine.status().recoveryCount).toBe(1);
  });

  it('is not solved when the cluster’s clock has passed its end', async () => {
    const machine = await bound();
    const solve: Attempt['solve'] = (challenge, key) => {
      world.advance(62_000);
      return signJws(challenge, key);
    };
    expect(await world.refused(machine.join({ solve }))).toMatchObject({ code: 'PermissionDenied' });
    world.advance(-62_000);
  });

  it.each<[string, Attempt['answer']]>([
    ['a new key', () => ({ payload: { case: 'rotationResponse', value: { publicKey: 'ssh-ed25519 AAAA' } } })],
    ['a second init', () => ({ payload: { case: 'init', value: {} } })],
    ['nothing', () => ({})],
  ])('answered with %s is a wrong message; nothing changes', async (_name, answer) => {
    const machine = await bound();
    expect(await world.refused(machine.join({ answer }))).toMatchObject({ code: 'InvalidArgument' });
  });

  it('has to be asked for with a join request', async () => {
    const { join } = world.as();
    for (const payload of [
      { case: 'init', value: {} },
      { case: 'challengeResponse', value: {} },
    ] as const) {
      const stream = join.registerUsingBoundKeypairMethod(
        (async function* () {
          yield { payload };
        })(),
      );
      expect(await world.refused(stream[Symbol.asyncIterator]().next())).toMatchObject({ code: 'InvalidArgument' });
    }
  });
});

boundKeypair.describe('joining again with a valid certificate', () => {
  it('keeps the instance and counts no recovery; the generation goes on', async () => {
    const machine = await bound();
    const first = await machine.join();
    const second = await machine.join({ joinState: first.joinState }, first);
    const third = await machine.join({ joinState: second.joinState }, second);
    expect(third.holder.identity).toMatchObject({
      botInstanceId: first.holder.identity.botInstanceId,
      generation: 3,
    });
    expect(machine.status().recoveryCount).toBe(1);
    expect(instancesOf(machine.bot)).toHaveLength(1);
  });

  it('locks the bot for a certificate of an older generation', async () => {
    const machine = await bound();
    const first = await machine.join();
    await machine.join({ joinState: first.joinState }, first);
    expect(await refusal(machine.join({ joinState: first.joinState }, first))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('generation mismatch'),
    });
    expect(world.locks().some(({ spec }) => spec?.target?.user === `bot-${machine.bot}`)).toBe(true);
  });

  it('is refused for another instance of the bot', async () => {
    const machine = await bound();
    const { joinState } = await machine.join();
    const other = await world.joinBot(machine.bot);
    expect(await world.refused(machine.agent.join(world.as(other), machine.token, { joinState }))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('bot instance mismatch'),
    });
  });

  it('is refused for another bot', async () => {
    const [machine, other] = [await bound(), await bound()];
    const { joinState } = await machine.join();
    const joined = await other.join();
    expect(await world.refused(machine.join({ joinState }, joined))).toMatchObject({ code: 'PermissionDenied' });
    expect(machine.status().recoveryCount).toBe(1);
    expect(world.locks().some(({ spec }) => spec?.target?.user === `bot-${machine.bot}`)).toBe(false);
  });
});
