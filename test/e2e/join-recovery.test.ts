import type { KeyObject } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getCertAuthority } from '../../src/lib/cluster/domain/cert-authorities.js';
import { deleteLock, upsertLock } from '../../src/lib/cluster/domain/locks.js';
import {
  authorizedKeyLine,
  generatePrivateKey,
  jwsKeyId,
  parsePrivateKey,
  signJws,
} from '../../src/lib/crypto/index.js';
import { LockV2Schema } from '../../src/lib/gen/types/locks_pb.js';
import { boundBots } from '../helpers/bound-bots.js';
import { type Attempt, BoundKeypairAgent } from '../helpers/bound-keypair-agent.js';
import { ADMIN } from '../helpers/cluster-state.js';
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

const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A join state with other claims, as only the cluster's own key could make it. */
async function signAsCluster(claims: object): Promise<string> {
  const authority = getCertAuthority(world.cluster.state, { type: 'bound_keypair', domain: 'example.test' }, true);
  const [pair] = authority.spec?.activeKeys?.jwt ?? [];
  const key = parsePrivateKey(Buffer.from(pair?.privateKey ?? []).toString());
  return signJws(JSON.stringify(claims), key, jwsKeyId(key));
}

boundKeypair.describe('recovery', () => {
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

    expect(await world.refused(machine.join({ joinState: second.joinState }))).toEqual({
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
    expect(await world.refused(relaxed.join())).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('join state verification failed'),
    });

    const insecure = await bound({ recovery: { limit: 1, mode: 'insecure' } });
    for (let count = 0; count < 3; count += 1) await insecure.join();
    expect(insecure.status().recoveryCount).toBe(3);
  });

  it('needs the join state; its lack locks nothing', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    await machine.join();
    expect(await world.refused(machine.join())).toMatchObject({
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
        expect(await world.refused(machine.join({ joinState }))).toMatchObject({
          message: expect.stringMatching(/^lock targeting JoinToken/),
        });
      }
      expect(machine.tokenLocks()).toBe(1);
    },
  );

  it.each<[string, (claims: Record<string, number>) => object]>([
    ['another cluster', () => ({ iss: 'elsewhere.test' })],
    ['another cluster’s use', () => ({ aud: ['elsewhere.test'] })],
    ['another bot', () => ({ sub: 'someone' })],
    ['another instance', () => ({ bot_instance_id: '5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c12' })],
    ['an older recovery', () => ({ recovery_sequence: 0 })],
    ['a recovery that has not been', () => ({ recovery_sequence: 2 })],
    ['a time to come, further ahead than clocks differ', ({ iat = 0 }) => ({ iat: iat + 90, nbf: iat + 90 })],
  ])('locks the token for a join state of %s, whoever signed it', async (_name, change) => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    const good = Buffer.from((await machine.join()).joinState).toString();
    const claims = JSON.parse(payloadOf(good));
    const joinState = Buffer.from(await signAsCluster({ ...claims, ...change(claims) }));
    expect(await refusal(machine.join({ joinState }))).toEqual({
      code: 'PermissionDenied',
      message: 'join state verification failed',
    });
    expect(machine.tokenLocks()).toBe(1);
    expect(machine.status().recoveryCount).toBe(1);
    expect(instancesOf(machine.bot)).toHaveLength(1);
  });

  it('takes a join state from a clock that is a little ahead', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    const good = Buffer.from((await machine.join()).joinState).toString();
    const claims = JSON.parse(payloadOf(good));
    const ahead = { iat: claims.iat + 30, nbf: claims.nbf + 30 };
    await machine.join({ joinState: Buffer.from(await signAsCluster({ ...claims, ...ahead })) });
    expect(machine.status().recoveryCount).toBe(2);
  });

  it('locks the token when a copy of the folder is used after the original has recovered', async () => {
    const machine = await bound({ recovery: { limit: 5, mode: 'standard' } });
    const first = await machine.join();
    const second = await machine.join({ joinState: first.joinState });
    expect(await refusal(machine.join({ joinState: first.joinState }))).toMatchObject({
      message: 'join state verification failed',
    });
    expect(machine.tokenLocks()).toBe(1);
    expect(await world.refused(machine.join({ joinState: second.joinState }, second))).toMatchObject({
      code: 'PermissionDenied',
    });
    expect(await world.refused(world.renew(second.holder))).toMatchObject({
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
    expect(await world.refused(stranger.join(world.as(), machine.token, attempt))).toMatchObject({
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

boundKeypair.describe('rotation', () => {
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
    expect(await world.refused(machine.join({ joinState, rotateTo: old }))).toMatchObject({ code: 'InvalidArgument' });
    const fail: Attempt['answer'] = ({ response }) =>
      response.case === 'rotation' ? { payload: { case: 'rotationResponse', value: { publicKey: '' } } } : 'usual';
    expect(await world.refused(machine.join({ joinState, answer: fail }))).toMatchObject({ code: 'InvalidArgument' });
    expect(machine.status()).toMatchObject({ boundPublicKey: authorizedKeyLine(old), recoveryCount: 1 });
    expect(machine.status().lastRotatedAt).toBeUndefined();
    await machine.join({ joinState });
  });
});

boundKeypair.describe('a bound_keypair token', () => {
  it('stays as it was when the certificates cannot be issued', async () => {
    const machine = await bound();
    expect(await world.refused(machine.join({ expires: { seconds: 1n } }))).toMatchObject({ code: 'InvalidArgument' });
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
    expect(await world.refused(machine.join({ joinState }))).toMatchObject({
      message: expect.stringMatching(/^lock targeting/),
    });
    expect(machine.tokenLocks()).toBe(1);
  });
});
