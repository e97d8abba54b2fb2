import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getUser } from '../../../../src/lib/cluster/domain/users.js';
import { beginSignIn, finishSignIn } from '../../../../src/lib/cluster/login/sign-in.js';
import { createResetToken } from '../../../../src/lib/cluster/login/user-tokens.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { openTestState, TEST_NOW, type TestState } from '../../../helpers/cluster-state.js';
import { codeOf, PASSWORD, setUpUser } from '../../../helpers/login-users.js';

const TOO_MANY = 'too many incorrect attempts, please try again later';
const WRONG = 'invalid username, password or second factor';

describe('the checks of a login', () => {
  let test: TestState;
  let secret: string;

  beforeEach(async () => {
    test = openTestState();
    await ensurePresets(test.state);
    secret = await setUpUser(test.state, 'alice');
    test.setTime(new Date(TEST_NOW.getTime() + 60_000)); // past the code of the set-up
  });
  afterEach(() => test.close());

  const { publicKey } = generateKeyPairSync('ed25519');
  const keys = { tls: publicKey, ssh: publicKey, recorded: new Uint8Array() };
  const begin = (password = PASSWORD, username = 'alice') =>
    beginSignIn(test.state, { username, password: Buffer.from(password) });
  const finish = (otp: string, password = PASSWORD, username = 'alice', ttlMs = 0) =>
    finishSignIn(test.state, {
      username,
      password: Buffer.from(password),
      otp,
      keys,
      ttlMs,
      routeToCluster: '',
      loginIp: '',
    });
  const now = () => codeOf(test.state, secret);

  it('ask for a one-time password after the right password', async () => {
    expect(await begin()).toEqual({ otp: true });
  });

  it.each([
    ['a wrong password', 'wrong', 'alice'],
    ['an unknown user', PASSWORD, 'nobody'],
    ['no user', PASSWORD, ''],
  ])('refuse %s without telling why', async (_what, password, username) => {
    await expect(begin(password, username)).rejects.toMatchObject({
      kind: 'AccessDenied',
      message: 'invalid credentials',
    });
  });

  it('refuse a wrong password and a wrong code alike', async () => {
    await expect(finish(now(), 'wrong')).rejects.toMatchObject({ message: WRONG });
    await expect(finish('000000')).rejects.toMatchObject({ message: WRONG });
  });

  it('refuse a life that ends before it begins', async () => {
    await expect(finish(now(), PASSWORD, 'alice', -1)).rejects.toMatchObject({ kind: 'BadParameter' });
  });

  it('refuse a login without the second factor', async () => {
    await expect(finish('')).rejects.toMatchObject({ message: 'missing second factor' });
  });

  it('refuse a code that was used just now', async () => {
    const code = now();
    await expect(finish(code, 'wrong')).rejects.toMatchObject({ message: WRONG }); // not used by that
    const issued = finish(code);
    await expect(issued).rejects.not.toMatchObject({ message: WRONG }); // the test's authorities cannot sign

    await expect(finish(code)).rejects.toMatchObject({ message: WRONG });
    await expect(finish(codeOf(test.state, secret, 30))).rejects.not.toMatchObject({ message: WRONG });
  });

  it('lock the user out with the fifth wrong attempt, for half an hour', async () => {
    for (let attempt = 1; attempt <= 4; attempt++) {
      await expect(finish('000000')).rejects.toMatchObject({ message: WRONG });
    }
    await expect(finish('000000')).rejects.toMatchObject({ message: TOO_MANY });
    await expect(finish(now())).rejects.toMatchObject({ message: TOO_MANY });
    await expect(begin()).rejects.toMatchObject({ message: 'invalid credentials' });
    expect(getUser(test.state, 'alice').spec?.status?.isLocked).toBe(true);

    test.setTime(new Date(TEST_NOW.getTime() + 32 * 60_000));
    expect(await begin()).toEqual({ otp: true });
  });

  it('count attempts that are made at the same time', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => begin('wrong')));

    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(finish(now())).rejects.toMatchObject({ message: TOO_MANY });
  });

  it('forget wrong attempts after a right password', async () => {
    for (let round = 0; round < 3; round++) {
      for (let attempt = 1; attempt <= 3; attempt++) await expect(begin('wrong')).rejects.toThrow();
      expect(await begin()).toEqual({ otp: true });
    }
  });

  it('lock out nobody who does not exist', async () => {
    for (let attempt = 1; attempt <= 6; attempt++) {
      await expect(finish('000000', 'wrong', 'nobody')).rejects.toMatchObject({ message: WRONG });
    }
  });

  it('end with a reset of the user', async () => {
    await createResetToken(test.state, { name: 'alice', type: 'password', ttl: 0n });

    await expect(begin()).rejects.toMatchObject({ message: 'invalid credentials' });
    expect(getUser(test.state, 'alice', true).spec?.localAuth).toBeUndefined();
  });
});
