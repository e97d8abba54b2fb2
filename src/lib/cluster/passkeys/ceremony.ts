import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ClusterError, type ClusterErrorKind } from '../errors.js';
import { type CborValue, readCbor } from './cbor.js';

/** What an authenticator was asked with (WebAuthn level 2, §7). */
export interface Expected {
  challenge: Uint8Array;
  /** The domain that the key is for. */
  rpId: string;
}

/** A new key as a browser brings it. */
export interface Attestation {
  clientDataJson: Uint8Array;
  attestationObject: Uint8Array;
}

export interface NewKey {
  id: Uint8Array;
  /** COSE, as it came. */
  publicKey: Uint8Array;
  aaguid: Uint8Array;
  counter: number;
}

/** That somebody holds a key, as a browser brings it. */
export interface Assertion {
  keyId: Uint8Array;
  clientDataJson: Uint8Array;
  authenticatorData: Uint8Array;
  signature: Uint8Array;
}

/** ECDSA with P-256 and SHA-256, which every FIDO2 authenticator has. */
export const ES256 = -7;

/** Flags of authenticator data: somebody was there; a key follows. */
const USER_PRESENT = 0x01;
const KEY_INCLUDED = 0x40;
const DIGEST_BYTES = 32;
const AAGUID_BYTES = 16;

/** Who made the authenticator is not asked for, and not looked at. @throws ClusterError BadParameter */
export function readNewKey({ clientDataJson, attestationObject }: Attestation, expected: Expected): NewKey {
  return refusing('BadParameter', 'the passkey cannot be registered', () => {
    checkClientData(clientDataJson, 'webauthn.create', expected);
    const authData = mapOf(readCbor(attestationObject).value).get('authData');
    const { flags, counter, rest } = readAuthenticatorData(bytesOf(authData), expected.rpId);
    if ((flags & KEY_INCLUDED) === 0) throw new RangeError('no key is included');
    const idLength = rest.readUInt16BE(AAGUID_BYTES);
    const idStart = AAGUID_BYTES + 2;
    const id = rest.subarray(idStart, idStart + idLength);
    const key = rest.subarray(idStart + idLength);
    const publicKey = key.subarray(0, readCbor(key).length);
    keyObjectOf(publicKey);
    return { id, publicKey, counter, aaguid: rest.subarray(0, AAGUID_BYTES) };
  });
}

/** The challenge that an assertion answers. @throws ClusterError AccessDenied */
export function challengeIn({ clientDataJson }: Pick<Assertion, 'clientDataJson'>): Uint8Array {
  return refusing('AccessDenied', 'the answer of the passkey cannot be read', () =>
    Buffer.from(String(parse(clientDataJson).challenge), 'base64url'),
  );
}

/**
 * @param key COSE, and the count of its uses so far; 0 = it does not count
 * @returns the new count
 * @throws ClusterError AccessDenied
 */
export function checkAssertion(
  { clientDataJson, authenticatorData, signature }: Assertion,
  key: { publicKey: Uint8Array; counter: number },
  expected: Expected,
): number {
  return refusing('AccessDenied', 'the answer of the passkey is not valid', () => {
    checkClientData(clientDataJson, 'webauthn.get', expected);
    const { counter } = readAuthenticatorData(authenticatorData, expected.rpId);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJson).digest()]);
    if (!verify('sha256', signed, keyObjectOf(key.publicKey), signature)) throw new RangeError('wrong signature');
    if (key.counter > 0 && counter <= key.counter) throw new RangeError('the key was used elsewhere: a copy of it');
    return counter;
  });
}

function checkClientData(json: Uint8Array, type: string, { challenge, rpId }: Expected): void {
  const given = parse(json);
  if (given.type !== type) throw new RangeError(`not made by ${type}`);
  if (!Buffer.from(String(given.challenge), 'base64url').equals(challenge)) throw new RangeError('another challenge');
  const origin = URL.parse(String(given.origin));
  const host = origin?.protocol === 'https:' ? origin.hostname : '';
  if (host !== rpId && !host.endsWith(`.${rpId}`)) throw new RangeError(`made at ${given.origin}, not at ${rpId}`);
}

function readAuthenticatorData(bytes: Uint8Array, rpId: string): { flags: number; counter: number; rest: Buffer } {
  const data = Buffer.from(bytes);
  const digest = createHash('sha256').update(rpId).digest();
  if (!digest.equals(data.subarray(0, DIGEST_BYTES))) throw new RangeError('for another domain');
  const flags = data.readUInt8(DIGEST_BYTES);
  if ((flags & USER_PRESENT) === 0) throw new RangeError('nobody was there');
  return { flags, counter: data.readUInt32BE(DIGEST_BYTES + 1), rest: data.subarray(DIGEST_BYTES + 5) };
}

/** @param cose RFC 9053 §7.1: 1 key type, 3 algorithm, -1 curve, -2 and -3 the point */
function keyObjectOf(cose: Uint8Array): KeyObject {
  const map = mapOf(readCbor(cose).value);
  const isEs256 = map.get(1) === 2 && map.get(3) === ES256 && map.get(-1) === 1;
  if (!isEs256) throw new RangeError('not an ES256 key');
  const [x, y] = [map.get(-2), map.get(-3)].map((part) => Buffer.from(bytesOf(part)).toString('base64url'));
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } });
}

function parse(json: Uint8Array): Record<string, unknown> {
  return Object(JSON.parse(Buffer.from(json).toString('utf8')));
}

function mapOf(value: CborValue): Map<number | string, CborValue> {
  if (value instanceof Map) return value;
  throw new RangeError('not a map');
}

function bytesOf(value: CborValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new RangeError('not bytes');
}

/** Whatever is wrong with what a stranger sent is a refusal. */
function refusing<T>(kind: ClusterErrorKind, message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ClusterError(kind, message, { cause });
  }
}
