import type { KeyObject } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listBotInstances } from '../../src/lib/cluster/domain/bot-instances.js';
import { deleteLock, upsertLock } from '../../src/lib/cluster/domain/locks.js';
import { upsertToken } from '../../src/lib/cluster/domain/tokens.js';
import { authorizedKeyLine, generatePrivateKey, jwsKeyId, signJws } from '../../src/lib/crypto/index.js';
import { LockV2Schema } from '../../src/lib/gen/types/locks_pb.js';
import type { ProvisionTokenSpecV2BoundKeypairSchema } from '../../src/lib/gen/types/token_methods_pb.js';
import type { ProvisionTokenV2 } from '../../src/lib/gen/types/tokens_pb.js';
import { type Attempt, type BoundJoin, BoundKeypairAgent } from '../helpers/bound-keypair-agent.js';
import { ADMIN } from '../helpers/cluster-state.js';
import { type JoiningCluster, refusal, startJoiningCluster } from '../helpers/joining.js';

type Spec = Exclude<MessageInitShape<typeof ProvisionTokenSpecV2BoundKeypairSchema>, { $typeName: string }>;

let world: JoiningCluster;
let names = 0;

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

interface Bound {
  bot: string;
  token: string;
  agent: BoundKeypairAgent;
  join(attempt?: Attempt, joined?: BoundJoin): Promise<BoundJoin>;
  status(): NonNullable<NonNullable<ProvisionTokenV2['status']>['boundKeypair']>;
  tokenLocks(): number;
  edit(change: (spec: NonNullable<NonNullable<ProvisionTokenV2['spec']>['boundKeypair']>) => void): Promise<void>;
}

/** A bot with a bound_keypair token; `spec` beside a pre-registered key unless it has an onboarding of its own. */
async function bound(spec: Spec = {}): Promise<Bound> {
  names += 1;
  const bot = `bound${names}`;
  const token = `bound-token-${names}`;
  const key = await generatePrivateKey('ed25519');
  await world.addBot(bot);
  await world.addToken(token, {
    roles: ['Bot'],
    botName: bot,
    joinMethod: 'bound_keypair',
    boundKeypair: {
      onboarding: { initialPublicKey: authorizedKeyLine(key) },
      recovery: { limit: 1, mode: 'standard' },
      ...spec,
    },
  });
  const agent = new BoundKeypairAgent(key);
  const stored = () => {
    const found = world.token(token);
    if (found?.spec?.boundKeypair === undefined) throw new Error('the token is gone');
    return found;
  };
  return {
    bot,
    token,
    agent,
    join: (attempt = {}, joined) => agent.join(world.as(joined?.holder), token, attempt),
    status: () => {
      const status = stored().status?.boundKeypair;
      if (status === undefined) throw new Error('the token has no status');
      return status;
    },
    tokenLocks: () => world.locks().filter(({ spec }) => spec?.target?.joinToken === token).length,
    async edit(change) {
      const changed = stored();
      if (changed.spec?.boundKeypair) change(changed.spec.boundKeypair);
      await upsertToken(world.cluster.state, changed);
    },
  };
}

const instancesOf = (botName: string) =>
  listBotInstances(world.cluster.state, { size: 100, token: '' }, { botName, searchTerm: '' }).instances;

describe('the first join', () => {
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
    expect(await refusal(proxy.auth.ping({}))).toMatchObject({ code: 'Unimplemented' });
  });

  it('with the registration secret brings a key of the joiner’s own, once', async () => {
    const machine = await bound({ onboarding: { registrationSecret: 'the-secret' } });
    expect(machine.status().registrationSecret).toBe('the-secret');
    const { asked, publicKey } = await machine.join({ secret: 'the-secret' });
    expect(asked).toEqual(['rotation', 'challenge', 'certs']);
    expect(machine.status()).toMatchObject({ boundPublicKey: publicKey, registrationSecret: '', recoveryCount: 1 });
    expect(machine.status().lastRotatedAt).toBeUndefined();

    const thief = new BoundKeypairAgent(await generatePrivateKey('ed25519'));
    expect((await refusal(thief.join(world.as(), machine.token, { secret: 'the-secret', solve: signJws }))).code).toBe(
      'PermissionDenied',
    );
  });

  it.each([
    ['wrong', { secret: 'other' }, {}],
    ['missing', {}, {}],
    ['right, but too late', { secret: 'the-secret' }, { mustRegisterBefore: timestampFromDate(new Date(1)) }],
  ])('is refused with a secret that is %s, always in the same words', async (_name, attempt, onboarding) => {
    const machine = await bound({ onboarding: { registrationSecret: 'the-secret', ...onboarding } });
    expect(await refusal(machine.join(attempt))).toEqual({
      code: 'PermissionDenied',
      message: 'a valid registration secret is required',
    });
    expect(machine.status()).toMatchObject({ boundPublicKey: '', recoveryCount: 0, registrationSecret: 'the-secret' });
  });

  it('does not look at a secret where a key is registered', async () => {
    const machine = await bound();
    expect((await machine.join({ secret: 'anything' })).asked).toEqual(['challenge', 'certs']);
  });

  it('is refused with the certificate of an earlier life, and for other roles', async () => {
    const machine = await bound();
    const holder = await world.joinBot(machine.bot);
    expect(await refusal(machine.agent.join(world.as(holder), machine.token))).toMatchObject({
      code: 'InvalidArgument',
    });
    expect(await refusal(machine.join({ role: 'Node' }))).toMatchObject({ code: 'InvalidArgument' });
    expect(world.token(machine.token)?.status?.boundKeypair?.boundPublicKey ?? '').toBe('');
  });

  it('is refused with a token of the method token', async () => {
    const machine = await bound();
    await world.addToken(`${machine.bot}-plain`, { roles: ['Bot'], botName: machine.bot, joinMethod: 'token' });
    const joining = machine.agent.join(world.as(), `${machine.bot}-plain`);
    expect(await refusal(joining)).toMatchObject({ code: 'InvalidArgument' });
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

describe('a challenge', () => {
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
    expect(await refusal(machine.join({ solve }))).toMatchObject({
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
    expect(await refusal(machine.join({ solve: () => recorded }))).toMatchObject({ code: 'PermissionDenied' });
    expect(machine.status().recoveryCount).toBe(1);
  });

  it('is not solved when the cluster’s clock has passed its end', async () => {
    const machine = await bound();
    const solve: Attempt['solve'] = (challenge, key) => {
      world.advance(62_000);
      return signJws(challenge, key);
    };
    expect(await refusal(machine.join({ solve }))).toMatchObject({ code: 'PermissionDenied' });
    world.advance(-62_000);
  });

  it.each<[string, Attempt['answer']]>([
    ['a new key', () => ({ payload: { case: 'rotationResponse', value: { publicKey: 'ssh-ed25519 AAAA' } } })],
    ['a second init', () => ({ payload: { case: 'init', value: {} } })],
    ['nothing', () => ({})],
  ])('answered with %s is a wrong message', async (_name, answer) => {
    const machine = await bound();
    expect(await refusal(machine.join({ answer }))).toMatchObject({ code: 'InvalidArgument' });
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
      expect(await refusal(stream[Symbol.asyncIterator]().next())).toMatchObject({ code: 'InvalidArgument' });
    }
  });
});

describe('joining again with a valid certificate', () => {
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
    expect(await refusal(machine.agent.join(world.as(other), machine.token, { joinState }))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('bot instance mismatch'),
    });
  });

  it('is refused for another bot', async () => {
    const [machine, other] = [await bound(), await bound()];
    const { joinState } = await machine.join();
    const joined = await other.join();
    expect(await refusal(machine.join({ joinState }, joined))).toMatchObject({ code: 'PermissionDenied' });
    expect(machine.status().recoveryCount).toBe(1);
    expect(world.locks().some(({ spec }) => spec?.target?.user === `bot-${machine.bot}`)).toBe(false);
  });
});

describe('recovery', () => {
  it('makes a new instance that names the one before, until the limit; a raised limit allows it again', async () => {
    const machine = await bound({ recovery: { limit: 2, mode: 'standard' } });
    const first = await machine.join();
    const second = await machine.join({ joinState: first.joinState });
    expect(machine.status()).toMatchObject({
      recoveryCount: 2,
      boundBotInstanceId: second.holder.identity.botInstanceId,
    });
    const instance = instancesOf(machine.bot).find(
      ({ spec }) => spec?.instanceId === second.holder.identity.botInstanceId,
    );
    expect(instance?.spec?.previousInstanceId).toBe(first.holder.identity.botInstanceId);

    expect(await refusal(machine.join({ joinState: second.joinState }))).toEqual({
      code: 'PermissionDenied',
      message: 'no rejoins remaining',
    });
    expect(machine.tokenLocks()).toBe(0);
    await machine.edit((spec) => {
      if (spec.recovery) spec.recovery.limit = 3;
    });
    await machine.join({ joinState: second.joinState });
    expect(machine.status().recoveryCount).toBe(3);
  });

  it('is refused when the limit is lowered while it is under way', async () => {
    const machine = await bound({ recovery: { limit: 2, mode: 'standard' } });
    const { joinState } = await machine.join();
    const solve: Attempt['solve'] = async (challenge, key) => {
      await machine.edit((spec) => {
        if (spec.recovery) spec.recovery.limit = 1;
      });
      return signJws(challenge, key);
    };
    expect(await refusal(machine.join({ joinState, solve }))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('unexpected backend state'),
    });
    expect(machine.status().recoveryCount).toBe(1);
    expect(instancesOf(machine.bot)).toHaveLength(1);
  });

  it('is unlimited in the mode relaxed, with join states, and in insecure without', async () => {
    const relaxed = await bound({ recovery: { limit: 1, mode: 'relaxed' } });
    let { joinState } = await relaxed.join();
    for (let count = 0; count < 3; count += 1) ({ joinState } = await relaxed.join({ joinState }));
    expect(relaxed.status().recoveryCount).toBe(4);
    expect(await refusal(relaxed.join())).toMatchObject({ code: 'PermissionDenied' });

    const insecure = await bound({ recovery: { limit: 1, mode: 'insecure' } });
    for (let count = 0; count < 3; count += 1) await insecure.join();
    expect(insecure.status().recoveryCount).toBe(3);
  });

  it('needs the join state; its lack locks nothing', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    await machine.join();
    expect(await refusal(machine.join())).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('join state verification failed'),
    });
    expect(machine.tokenLocks()).toBe(0);
    expect(machine.status().recoveryCount).toBe(1);
  });

  it.each<[string, (good: string, key: KeyObject) => string | Promise<string>]>([
    ['tampered with', (good) => `${good.slice(0, -4)}AAAA`],
    ['signed by a stranger', (good, key) => signJws(payloadOf(good), key, jwsKeyId(key))],
    [
      'signed by a stranger under the cluster’s key id',
      (good, key) => signJws(payloadOf(good), key, decode(good.split('.')[0] ?? '').kid),
    ],
    ['without a key id', (good, key) => signJws(payloadOf(good), key)],
    [
      'of the algorithm none',
      (good) => `${encode({ ...decode(good.split('.')[0] ?? ''), alg: 'none' })}.${good.split('.')[1]}.`,
    ],
    ['garbage', () => 'garbage'],
  ])(
    'locks the token for a join state that is %s; the locked token is refused without a second lock',
    async (_name, forge) => {
      const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
      const good = Buffer.from((await machine.join()).joinState).toString();
      const forged = Buffer.from(await forge(good, await generatePrivateKey('ed25519')));
      expect(await refusal(machine.join({ joinState: forged }))).toEqual({
        code: 'PermissionDenied',
        message: 'join state verification failed',
      });
      expect(machine.tokenLocks()).toBe(1);
      expect(machine.status().recoveryCount).toBe(1);
      for (const joinState of [forged, Buffer.from(good)]) {
        expect(await refusal(machine.join({ joinState }))).toMatchObject({
          message: expect.stringMatching(/^lock targeting JoinToken/),
        });
      }
      expect(machine.tokenLocks()).toBe(1);
    },
  );

  it('locks the token when a copy of the folder is used after the original has recovered', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    const first = await machine.join();
    const second = await machine.join({ joinState: first.joinState });
    expect(await refusal(machine.join({ joinState: first.joinState }))).toMatchObject({
      message: 'join state verification failed',
    });
    expect(machine.tokenLocks()).toBe(1);
    expect(await refusal(machine.join({ joinState: second.joinState }, second))).toMatchObject({
      code: 'PermissionDenied',
    });
    expect(await refusal(world.renew(second.holder))).toMatchObject({
      message: expect.stringMatching(/^lock targeting/),
    });
    const lock = world.locks().find(({ spec }) => spec?.target?.joinToken === machine.token);
    await deleteLock(world.cluster.state, lock?.metadata?.name ?? '');
    await machine.join({ joinState: second.joinState });
  });

  it('does not let a stranger without the key lock the token', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    await machine.join();
    const stranger = new BoundKeypairAgent(await generatePrivateKey('ed25519'));
    const attempt = { joinState: Buffer.from('garbage'), solve: signJws };
    expect(await refusal(stranger.join(world.as(), machine.token, attempt))).toMatchObject({
      code: 'PermissionDenied',
    });
    expect(machine.tokenLocks()).toBe(0);
  });

  it('takes the state of another bot for a wrong one', async () => {
    const [machine, other] = [await bound({ recovery: { limit: 5 } }), await bound({ recovery: { limit: 5 } })];
    await machine.join();
    const { joinState } = await other.join();
    expect(await refusal(machine.join({ joinState }))).toMatchObject({ message: 'join state verification failed' });
    expect([machine.tokenLocks(), other.tokenLocks()]).toEqual([1, 0]);
  });
});

const payloadOf = (jws: string) => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();

describe('rotation', () => {
  const due = () => ({ rotateAfter: timestampFromDate(new Date(world.now().getTime() - 1000)) });

  it('asks for another key once, after the old one is proven', async () => {
    const machine = await bound({ ...due(), recovery: { limit: 5 } });
    const first = await machine.join();
    expect(first.asked).toEqual(['challenge', 'rotation', 'challenge', 'certs']);
    expect(first.publicKey).toBe(authorizedKeyLine(machine.agent.keys[0] as KeyObject));
    expect(machine.status()).toMatchObject({ boundPublicKey: first.publicKey, recoveryCount: 1 });
    const rotatedAt = machine.status().lastRotatedAt;
    expect(rotatedAt && timestampDate(rotatedAt) <= world.now()).toBe(true);

    const second = await machine.join({ joinState: first.joinState }, first);
    expect(second.asked).toEqual(['challenge', 'certs']);
    await machine.edit((spec) => {
      world.advance(2000);
      spec.rotateAfter = timestampFromDate(new Date(world.now().getTime() - 500));
    });
    expect((await machine.join({ joinState: second.joinState }, second)).asked).toContain('rotation');
  });

  it('waits for its time', async () => {
    const machine = await bound({ rotateAfter: timestampFromDate(new Date(world.now().getTime() + 3_600_000)) });
    expect((await machine.join()).asked).toEqual(['challenge', 'certs']);
  });

  it('refuses the old key as the new one; the old one stays good', async () => {
    const machine = await bound({ recovery: { limit: 5 } });
    const { joinState } = await machine.join();
    await machine.edit((spec) => Object.assign(spec, due()));
    const old = machine.agent.keys[0] as KeyObject;
    expect(await refusal(machine.join({ joinState, rotateTo: old }))).toMatchObject({ code: 'InvalidArgument' });
    const fail: Attempt['answer'] = ({ response }) =>
      response.case === 'rotation' ? { payload: { case: 'rotationResponse', value: { publicKey: '' } } } : 'usual';
    expect(await refusal(machine.join({ joinState, answer: fail }))).toMatchObject({ code: 'InvalidArgument' });
    expect(machine.status()).toMatchObject({ boundPublicKey: authorizedKeyLine(old), recoveryCount: 1 });
    expect(machine.status().lastRotatedAt).toBeUndefined();
    await machine.join({ joinState });
  });
});

describe('a bound_keypair token', () => {
  it('stays as it was when the certificates cannot be issued', async () => {
    const machine = await bound();
    expect(await refusal(machine.join({ expires: { seconds: 1n } }))).toMatchObject({ code: 'InvalidArgument' });
    expect(world.token(machine.token)?.status?.boundKeypair?.boundPublicKey ?? '').toBe('');
    expect(instancesOf(machine.bot)).toEqual([]);
  });

  it('is refused while it is locked, with the right key and state', async () => {
    const machine = await bound({ recovery: { limit: 5 } });
    const { joinState } = await machine.join();
    const lock = create(LockV2Schema, {
      metadata: { name: `${machine.token}-lock` },
      spec: { target: { joinToken: machine.token } },
    });
    await upsertLock(world.cluster.state, ADMIN, lock);
    expect(await refusal(machine.join({ joinState }))).toMatchObject({
      message: expect.stringMatching(/^lock targeting/),
    });
    expect(machine.tokenLocks()).toBe(1);
  });
});
