import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteUser, getUser } from '../../../../src/lib/cluster/domain/users.js';
import { registerOtp } from '../../../../src/lib/cluster/login/new-device.js';
import { createResetToken, getResetToken, redeemToken } from '../../../../src/lib/cluster/login/user-tokens.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { openTestState, TEST_NOW, type TestState } from '../../../helpers/cluster-state.js';
import { codeOf, PASSWORD, setUpUser } from '../../../helpers/login-users.js';

const HOUR_NS = 3_600_000_000_000n;

describe('links for setting a password', () => {
  let test: TestState;

  beforeEach(async () => {
    test = openTestState();
    await ensurePresets(test.state);
    await setUpUser(test.state, 'alice');
    test.setTime(new Date(TEST_NOW.getTime() + 60_000));
  });
  afterEach(() => test.close());

  const makeLink = async (type = 'invite', ttl = 0n) => {
    const { metadata } = await createResetToken(test.state, { name: 'alice', type, ttl });
    return metadata?.name ?? '';
  };
  const redeem = (tokenId: string, otp: string, password = PASSWORD) =>
    redeemToken(test.state, { tokenId, password: Buffer.from(password), otp, deviceName: '' });

  it.each([
    ['invite', /^https:\/\/localhost:3080\/web\/invite\/[0-9a-f]{32}$/, 1],
    ['password', /^https:\/\/localhost:3080\/web\/reset\/[0-9a-f]{32}$/, 8],
  ])('of type %s have the address of their page and a life', async (type, url, hours) => {
    const { spec, metadata, subKind } = await createResetToken(test.state, { name: 'alice', type, ttl: 0n });

    expect(spec?.url).toMatch(url);
    expect(subKind).toBe(type);
    expect(Number(metadata?.expires?.seconds) * 1000).toBe(test.state.clock().getTime() + hours * 3_600_000);
  });

  it.each([
    ['invite', 49n, '48h'],
    ['password', 25n, '24h'],
  ])('of type %s do not live longer than %d hours', async (type, hours, most) => {
    await expect(makeLink(type, hours * HOUR_NS)).rejects.toMatchObject({
      kind: 'BadParameter',
      message: expect.stringContaining(most),
    });
  });

  it.each(['constructor', 'toString', 'other'])('are not of type %s', async (type) => {
    await expect(makeLink(type, 1000n * HOUR_NS)).rejects.toMatchObject({ kind: 'BadParameter' });
  });

  it('set a password and one-time passwords, once', async () => {
    const id = await makeLink();
    const { secret, uri } = await registerOtp(test.state, id);

    expect(uri).toContain(`secret=${secret}`);
    expect(await redeem(id, codeOf(test.state, secret))).toBe('alice');
    expect(getUser(test.state, 'alice').status?.passwordState).toBe(2);
    await expect(redeem(id, codeOf(test.state, secret, 30))).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('store no password', async () => {
    const { passwordHash } = getUser(test.state, 'alice', true).spec?.localAuth ?? {};

    expect(Buffer.from(passwordHash ?? []).toString()).toMatch(/^\$scrypt\$N=16384,r=8,p=1\$/);
    expect(getUser(test.state, 'alice').spec?.localAuth).toBeUndefined();
  });

  it('survive a wrong code and a password that is too short', async () => {
    const id = await makeLink();
    const { secret } = await registerOtp(test.state, id);

    await expect(redeem(id, '000000')).rejects.toMatchObject({ kind: 'AccessDenied' });
    await expect(redeem(id, codeOf(test.state, secret), 'short')).rejects.toMatchObject({ kind: 'BadParameter' });
    await expect(redeem(id, '')).rejects.toMatchObject({ kind: 'BadParameter' });
    expect(await redeem(id, codeOf(test.state, secret))).toBe('alice');
  });

  it('are gone when they have expired', async () => {
    const id = await makeLink('invite', HOUR_NS);
    const { secret } = await registerOtp(test.state, id);
    test.setTime(new Date(test.state.clock().getTime() + 3_600_000));

    expect(() => getResetToken(test.state, id)).toThrow(expect.objectContaining({ kind: 'NotFound' }));
    await expect(redeem(id, codeOf(test.state, secret))).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('are gone with a newer one, and with the user', async () => {
    const first = await makeLink();
    const second = await makeLink('password');
    expect(() => getResetToken(test.state, first)).toThrow(expect.objectContaining({ kind: 'NotFound' }));

    await deleteUser(test.state, 'alice');
    expect(() => getResetToken(test.state, second)).toThrow(expect.objectContaining({ kind: 'NotFound' }));
  });

  it('are for users that exist', async () => {
    await expect(createResetToken(test.state, { name: 'nobody', type: 'invite', ttl: 0n })).rejects.toMatchObject({
      kind: 'NotFound',
    });
  });
});
