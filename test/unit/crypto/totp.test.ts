import { describe, expect, it } from '@jest/globals';
import { matchesTotp, newTotpSecret, totpCode, totpUri } from '../../../src/lib/crypto/index.js';

/** The key of the examples of RFC 6238, as base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('one-time passwords', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [20000000000, '353130'],
  ])('are those of RFC 6238 at second %d', (seconds, code) => {
    expect(totpCode(RFC_SECRET, new Date(seconds * 1000))).toBe(code);
  });

  it('are taken in their own period, the one before and the one after', () => {
    const at = (seconds: number) => new Date(1_000_000_020_000 + seconds * 1000);
    const code = totpCode(RFC_SECRET, at(0));

    expect([-60, -30, 0, 30, 60].map((skew) => matchesTotp(RFC_SECRET, code, at(skew)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each(['2870820', '28708', '', '28708é', ' 287082'])('are refused when %j is given', (code) => {
    expect(matchesTotp(RFC_SECRET, code, new Date(59_000))).toBe(false);
  });

  it('have secrets of 160 bits, each its own', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(newTotpSecret());
  });

  it('are described to apps as Teleport describes them', () => {
    expect(totpUri({ secret: 'AAAA', issuer: 'example.test', account: 'alice@proxy.example.test:443' })).toBe(
      'otpauth://totp/example.test:alice@proxy.example.test:443?algorithm=SHA1&digits=6&issuer=example.test&period=30&secret=AAAA',
    );
  });
});
