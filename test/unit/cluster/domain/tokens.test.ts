import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createToken,
  deleteToken,
  getToken,
  listTokens,
  upsertToken,
} from '../../../../src/lib/cluster/domain/tokens.js';
import { ProvisionTokenV2Schema } from '../../../../src/lib/gen/types/tokens_pb.js';
import { openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(() => {
  test = openTestState();
});
afterEach(() => test.close());

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const SECRET = /^[0-9a-f]{32}$/;

type Init = Exclude<MessageInitShape<typeof ProvisionTokenV2Schema>, { $typeName: string }>;
type Spec = Exclude<Init['spec'], { $typeName: string } | undefined>;
type Rest = Pick<Init, 'metadata' | 'status'>;

function token(name: string, spec: Spec = {}, rest: Rest = {}) {
  return create(ProvisionTokenV2Schema, {
    kind: 'token',
    version: 'v2',
    metadata: { name },
    spec: { roles: ['Bot'], botName: 'ci', ...spec },
    ...rest,
  });
}

const boundKeypair = (name: string, onboarding?: object, rest: Rest = {}) =>
  token(
    name,
    { joinMethod: 'bound_keypair', boundKeypair: { onboarding, recovery: { limit: 1, mode: 'standard' } } },
    rest,
  );

const registration = (name: string) => getToken(test.state, name).status?.boundKeypair;

describe('tokens', () => {
  it.each([-(10n ** 17n), 10n ** 17n])('cannot expire at a time that no date can show (%d s)', async (seconds) => {
    const given = token('t1', {}, { metadata: { name: 't1', expires: { seconds } } });
    await expect(createToken(test.state, given)).rejects.toMatchObject({ kind: 'BadParameter' });
    expect(listTokens(test.state)).toEqual([]);
  });

  it('are stored with defaults and a new revision at each write', async () => {
    await upsertToken(test.state, token('t1', { roles: ['bot'] }));
    const first = getToken(test.state, 't1');
    expect(first.spec).toMatchObject({ roles: ['Bot'], joinMethod: 'token', botName: 'ci' });
    await upsertToken(test.state, first);
    expect(getToken(test.state, 't1').metadata?.revision).not.toBe(first.metadata?.revision);
  });

  it('cannot be created twice; the refusal hides the name', async () => {
    await createToken(test.state, token('abcdefgh'));
    await expect(createToken(test.state, token('abcdefgh'))).rejects.toMatchObject({
      kind: 'AlreadyExists',
      message: expect.not.stringContaining('abcdef'),
    });
  });

  it('vanish when they expire', async () => {
    const expires = new Date('2026-11-21T01:00:00Z');
    await createToken(test.state, token('t1', {}, { metadata: { name: 't1', expires: timestampFromDate(expires) } }));
    expect(getToken(test.state, 't1').metadata?.name).toBe('t1');
    test.setTime(expires);
    expect(() => getToken(test.state, 't1')).toThrow('"token" "t1" does not exist');
    expect(listTokens(test.state)).toEqual([]);
    await createToken(test.state, token('t1'));
  });

  it('without expiry, or with the zero time of Go, never expire', async () => {
    await createToken(
      test.state,
      token('zero', {}, { metadata: { name: 'zero', expires: { seconds: -62135596800n } } }),
    );
    test.setTime(new Date('2126-01-01T00:00:00Z'));
    expect(listTokens(test.state).map(({ metadata }) => metadata?.name)).toEqual(['zero']);
  });

  it('are listed by name and deleted by name', async () => {
    for (const name of ['b', 'a', 'c']) await createToken(test.state, token(name));
    await deleteToken(test.state, 'b');
    expect(listTokens(test.state).map(({ metadata }) => metadata?.name)).toEqual(['a', 'c']);
    await expect(deleteToken(test.state, 'vec-token')).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'provisioning token(******ken) not found',
    });
  });

  it('that break a rule are refused before anything is written', async () => {
    await expect(upsertToken(test.state, token('t1', { botName: '' }))).rejects.toMatchObject({
      kind: 'BadParameter',
      message: expect.stringContaining('bot_name'),
    });
    expect(listTokens(test.state)).toEqual([]);
  });
});

describe('bound_keypair tokens', () => {
  it('get a registration secret, each another one', async () => {
    await upsertToken(test.state, boundKeypair('a'));
    await createToken(test.state, boundKeypair('b', {}));
    expect(registration('a')?.registrationSecret).toMatch(SECRET);
    expect(registration('b')?.registrationSecret).toMatch(SECRET);
    expect(registration('a')?.registrationSecret).not.toBe(registration('b')?.registrationSecret);
  });

  it('take over a secret that the spec gives', async () => {
    await upsertToken(test.state, boundKeypair('a', { registrationSecret: 'chosen' }));
    expect(registration('a')?.registrationSecret).toBe('chosen');
  });

  it('need no secret with a pre-registered key', async () => {
    await upsertToken(test.state, boundKeypair('a', { initialPublicKey: KEY }));
    expect(getToken(test.state, 'a').status).toBeUndefined();
  });

  it('keep their status when the spec is written again', async () => {
    await upsertToken(test.state, boundKeypair('a'));
    const before = registration('a');
    await upsertToken(test.state, boundKeypair('a'));
    expect(registration('a')).toEqual(before);
  });

  it('get no new secret once a key is bound', async () => {
    const status = { boundKeypair: { boundPublicKey: KEY, recoveryCount: 1 } };
    await upsertToken(test.state, boundKeypair('a', undefined, { status }));
    await upsertToken(test.state, boundKeypair('a'));
    expect(registration('a')).toMatchObject({ boundPublicKey: KEY, registrationSecret: '', recoveryCount: 1 });
  });

  it('take a status from the input, as from a backup', async () => {
    await upsertToken(test.state, boundKeypair('a'));
    const status = { boundKeypair: { registrationSecret: 'from-backup', recoveryCount: 3 } };
    await upsertToken(test.state, boundKeypair('a', undefined, { status }));
    expect(registration('a')).toMatchObject({ registrationSecret: 'from-backup', recoveryCount: 3 });
  });

  it('lose it when the token becomes one of another method', async () => {
    await upsertToken(test.state, boundKeypair('a'));
    await upsertToken(test.state, token('a'));
    expect(getToken(test.state, 'a').status).toBeUndefined();
  });

  it('refuse a key that is none', async () => {
    const write = upsertToken(test.state, boundKeypair('a', { initialPublicKey: 'ssh-ed25519 nonsense' }));
    await expect(write).rejects.toMatchObject({
      kind: 'BadParameter',
      message: expect.stringContaining('spec.bound_keypair.onboarding.initial_public_key'),
    });
  });
});
