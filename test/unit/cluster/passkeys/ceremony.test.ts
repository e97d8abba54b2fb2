import { describe, expect, it } from '@jest/globals';
import { readAssertion, readAttestation } from '../../../../src/lib/cluster/passkeys/browser-json.js';
import { type Assertion, checkAssertion, readNewKey } from '../../../../src/lib/cluster/passkeys/ceremony.js';
import { SoftwareAuthenticator } from '../../../helpers/software-authenticator.js';

const ORIGIN = 'https://proxy.example.test:3080';
const RP = 'example.test';
const challenge = Buffer.from('a challenge of some bytes');
const text = challenge.toString('base64url');
const expected = { challenge, rpId: RP };

function made<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the credential cannot be read');
  return value;
}

/** A passkey, and what it answers to challenges. */
function passkey({ origin = ORIGIN, rpId = RP } = {}) {
  const authenticator = new SoftwareAuthenticator();
  const attestation = made(readAttestation(authenticator.create({ challenge: text, rp: { id: rpId } }, origin)));
  const register = () => readNewKey(attestation, expected);
  const answer = (key: { id: Uint8Array }, given = text): Assertion => {
    const allowCredentials = [{ id: Buffer.from(key.id).toString('base64url') }];
    return made(readAssertion(authenticator.get({ challenge: given, rpId, allowCredentials }, origin)));
  };
  return { attestation, register, answer };
}

describe('a new passkey', () => {
  it('is read with its id and its key', () => {
    const key = passkey().register();

    expect(key.id).toHaveLength(16);
    expect(key).toMatchObject({ aaguid: Buffer.alloc(16), counter: 0 });
  });

  it.each([
    ['made at another place', { origin: 'https://example.test.evil.test' }],
    ['made without TLS', { origin: 'http://example.test' }],
    ['for another domain', { rpId: 'other.test' }],
  ])('is refused when %s', (_what, made) => {
    expect(passkey(made).register).toThrow(expect.objectContaining({ kind: 'BadParameter' }));
  });

  it('is refused for an older challenge, and for bytes that are none', () => {
    const { attestation } = passkey();
    const refused = expect.objectContaining({ kind: 'BadParameter' });

    expect(() => readNewKey(attestation, { ...expected, challenge: Buffer.from('another') })).toThrow(refused);
    const { attestationObject } = attestation;
    for (let length = 0; length < attestationObject.length; length++) {
      const cut = { ...attestation, attestationObject: attestationObject.subarray(0, length) };
      expect(() => readNewKey(cut, expected)).toThrow(refused);
    }
    expect(() => readNewKey({ ...attestation, clientDataJson: Buffer.from('{') }, expected)).toThrow(refused);
    expect(readAttestation({ response: { clientDataJSON: 'e30' } })).toBeUndefined();
  });
});

describe('the answer of a passkey', () => {
  it('is right for its key and challenge, and tells how often the key was used', () => {
    const { register, answer } = passkey();
    const key = register();

    expect(checkAssertion(answer(key), key, expected)).toBe(1);
    expect(checkAssertion(answer(key), { ...key, counter: 1 }, expected)).toBe(2);
  });

  it('is wrong for another key, another challenge, and a key that was copied', () => {
    const { register, answer } = passkey();
    const key = register();
    const refused = expect.objectContaining({ kind: 'AccessDenied' });

    expect(() => checkAssertion(answer(key), passkey().register(), expected)).toThrow(refused);
    expect(() => checkAssertion(answer(key, 'b3RoZXI'), key, expected)).toThrow(refused);
    expect(() => checkAssertion(answer(key), { ...key, counter: 9 }, expected)).toThrow(refused);
  });

  it.each(['clientDataJson', 'authenticatorData', 'signature'] as const)('is wrong when its %s was changed', (part) => {
    const { register, answer } = passkey();
    const key = register();
    const given = answer(key);
    const changed = Buffer.from(given[part]);
    changed.writeUInt8(changed.readUInt8(changed.length - 3) ^ 1, changed.length - 3);

    expect(() => checkAssertion({ ...given, [part]: changed }, key, expected)).toThrow(
      expect.objectContaining({ kind: 'AccessDenied' }),
    );
  });
});
