import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AUTH_PREFERENCE, upsertSingleton } from '../../../../src/lib/cluster/domain/cluster-config.js';
import { findUser, insertUser } from '../../../../src/lib/cluster/domain/users.js';
import { answerRequest, requestBrowser } from '../../../../src/lib/cluster/login/browser-requests.js';
import { registerPasskey } from '../../../../src/lib/cluster/login/new-device.js';
import { acceptPasskey, challengePasskeys, type Purpose } from '../../../../src/lib/cluster/login/passkey-devices.js';
import { createResetToken, redeemToken } from '../../../../src/lib/cluster/login/user-tokens.js';
import {
  creationOptions,
  readAssertion,
  readAttestation,
  requestOptions,
} from '../../../../src/lib/cluster/passkeys/browser-json.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { unseal } from '../../../../src/lib/crypto/index.js';
import { AuthPreferenceV2Schema, SecondFactorType } from '../../../../src/lib/gen/types/auth_preference_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { openTestState, TEST_NOW, type TestState } from '../../../helpers/cluster-state.js';
import { PASSWORD } from '../../../helpers/login-users.js';
import { SoftwareAuthenticator } from '../../../helpers/software-authenticator.js';

const ORIGIN = 'https://localhost:3080';
const CALLBACK = `http://127.0.0.1:4711/callback?secret_key=${'ab'.repeat(32)}`;

describe('passkeys of users', () => {
  let test: TestState;
  let authenticator: SoftwareAuthenticator;

  beforeEach(async () => {
    test = openTestState();
    authenticator = new SoftwareAuthenticator();
    await ensurePresets(test.state);
    const spec = { secondFactors: [SecondFactorType.WEBAUTHN], webauthn: { rpId: 'localhost' } };
    await upsertSingleton(test.state, AUTH_PREFERENCE, create(AuthPreferenceV2Schema, { spec }));
    await addUser('alice');
  });
  afterEach(() => test.close());

  async function addUser(name: string): Promise<void> {
    const { state } = test;
    const user = create(UserV2Schema, { kind: 'user', version: 'v2', metadata: { name }, spec: {} });
    await state.store.write((transaction) => insertUser(transaction, user));
    const tokenId = (await createResetToken(state, { name, type: 'invite', ttl: 0n })).metadata?.name ?? '';
    const { publicKey } = creationOptions(await registerPasskey(state, tokenId)) as { publicKey: never };
    const passkey = readAttestation(authenticator.create(publicKey, ORIGIN));
    if (passkey === undefined) throw new Error('the credential cannot be read');
    await redeemToken(state, { tokenId, password: Buffer.from(PASSWORD), otp: '', passkey, deviceName: '' });
  }
  /** What a browser brings when a user is asked for a passkey. */
  async function credential(username = 'alice', purpose: Purpose = 'login'): Promise<object> {
    const user = test.state.store.read((transaction) => findUser(transaction, username));
    const challenge = await challengePasskeys(test.state, user, purpose);
    if (challenge === undefined) throw new Error('there is no challenge');
    return authenticator.get((requestOptions(challenge) as { publicKey: never }).publicKey, ORIGIN);
  }
  const accept = (given: object, { username = 'alice', purpose = 'login' as Purpose } = {}) => {
    const assertion = readAssertion(given);
    if (assertion === undefined) throw new Error('the assertion cannot be read');
    return acceptPasskey(test.state, username, purpose, assertion);
  };
  const ask = (callbackUrl: string) => requestBrowser(test.state, { username: 'alice', purpose: 'login', callbackUrl });

  it('are taken once for each challenge', async () => {
    const given = await credential();

    expect(await accept(given)).toBe(true);
    expect(await accept(given)).toBe(false);
    expect(await accept(await credential())).toBe(true);
  });

  it('are taken once, also when an answer comes twice at a time', async () => {
    const given = await credential();

    expect((await Promise.all([accept(given), accept(given)])).sort()).toEqual([false, true]);
  });

  it('are taken for what they were asked for, of whom, and in time', async () => {
    await addUser('bob');
    expect(await accept(await credential('alice', 'login'), { purpose: 'admin' })).toBe(false);
    expect(await accept(await credential('bob'), { username: 'alice' })).toBe(false);

    const late = await credential();
    test.setTime(new Date(TEST_NOW.getTime() + 5 * 60_000));
    expect(await accept(late)).toBe(false);
  });

  it('are shown by a browser, whose answer is sealed for the command', async () => {
    const id = (await ask(CALLBACK)) ?? '';
    const given = await credential();
    const url = new URL(await answerRequest(test.state, id, given));

    expect(url.href.startsWith(`${CALLBACK}&response=`)).toBe(true);
    const key = Buffer.from('ab'.repeat(32), 'hex');
    expect(unseal(key, url.searchParams.get('response') ?? '')).toEqual({ browser_mfa_webauthn_response: given });
    expect(await accept(given)).toBe(true);
    await expect(answerRequest(test.state, id, given)).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('are not sealed for a command when they are wrong', async () => {
    await addUser('bob');
    const id = (await ask(CALLBACK)) ?? '';

    await expect(answerRequest(test.state, id, await credential('bob'))).rejects.toMatchObject({
      kind: 'AccessDenied',
    });
    await expect(answerRequest(test.state, id, {})).rejects.toMatchObject({ kind: 'BadParameter' });
    await expect(answerRequest(test.state, id, await credential())).resolves.toContain('response=');
  });

  it.each([
    ['none', ''],
    ['of another machine', 'http://192.0.2.1/callback?secret_key='],
    ['of another path', 'http://127.0.0.1:1/elsewhere?secret_key='],
    ['with more parameters', 'http://127.0.0.1:1/callback?next=x&secret_key='],
    ['with TLS', 'https://127.0.0.1:1/callback?secret_key='],
    ['with a user', 'http://me@127.0.0.1:1/callback?secret_key='],
  ])('go to no address that is %s', async (_what, address) => {
    expect(await ask(address && `${address}${'ab'.repeat(32)}`)).toBeUndefined();
  });

  it('go to browsers from release 18.8 on', async () => {
    const older = { ...test.state, serverVersion: '18.7.9' };
    const request = { username: 'alice', purpose: 'login', callbackUrl: CALLBACK } as const;

    expect(await requestBrowser(older, request)).toBeUndefined();
    expect(await requestBrowser({ ...test.state, serverVersion: '18.8.0' }, request)).toBeDefined();
  });
});
