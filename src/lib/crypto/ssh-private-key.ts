import { createPrivateKey, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';
import { writePem } from './pem.js';
import {
  fromBase64Url,
  readPoint,
  sshKeyType,
  sshPublicKeyBlob,
  sshPublicKeyFields,
  toBase64Url,
} from './ssh-public-key.js';
import { SshReader, sshMpint, sshString, sshUint32 } from './ssh-wire.js';

const MAGIC = 'openssh-key-v1\0';
const BLOCK_SIZE = 8;

/** Writes a private key as an unencrypted `OPENSSH PRIVATE KEY` block. @throws CodedError `key_unsupported` */
export function writeSshPrivateKey(key: KeyObject, comment = ''): string {
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, sshString(sshKeyType(key)), privateFields(key), sshString(comment)]);
  const padding = Buffer.from(
    Array.from({ length: (BLOCK_SIZE - (secret.length % BLOCK_SIZE)) % BLOCK_SIZE }, (_, i) => i + 1),
  );
  const der = Buffer.concat([
    Buffer.from(MAGIC, 'latin1'),
    sshString('none'), // cipher
    sshString('none'), // key derivation
    sshString(''),
    sshUint32(1),
    sshString(sshPublicKeyBlob(key)),
    sshString(secret, padding),
  ]);
  return writePem('OPENSSH PRIVATE KEY', der);
}

function privateFields(key: KeyObject): Buffer {
  const jwk = key.export({ format: 'jwk' });
  switch (jwk.kty) {
    case 'OKP':
      return Buffer.concat([sshPublicKeyFields(key), sshString(fromBase64Url(jwk.d), fromBase64Url(jwk.x))]);
    case 'EC':
      return Buffer.concat([sshPublicKeyFields(key), sshMpint(fromBase64Url(jwk.d))]);
    default:
      return Buffer.concat(
        [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((number) => sshMpint(fromBase64Url(number))),
      );
  }
}

/**
 * Reads the bytes of an `OPENSSH PRIVATE KEY` block.
 * @throws CodedError `key_encrypted`, `key_invalid`, `key_unsupported`
 */
export function parseSshPrivateKey(der: Uint8Array): KeyObject {
  const reader = new SshReader(der);
  if (reader.bytes(MAGIC.length).toString('latin1') !== MAGIC) {
    throw new CodedError('key_invalid', 'the OpenSSH private key has an unknown form');
  }
  if (reader.text() !== 'none') {
    throw new CodedError('key_encrypted', 'the OpenSSH private key is protected by a passphrase');
  }
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new CodedError('key_invalid', 'the file must hold exactly one OpenSSH private key');
  reader.string(); // the public key, repeated in the private part
  return readSecret(new SshReader(reader.string()));
}

function readSecret(reader: SshReader): KeyObject {
  if (!reader.bytes(4).equals(reader.bytes(4)))
    throw new CodedError('key_invalid', 'the OpenSSH private key is damaged');
  const jwk = readPrivateJwk(reader.text(), reader);
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new CodedError('key_invalid', 'the OpenSSH private key is damaged', { cause });
  }
}

function readPrivateJwk(type: string, reader: SshReader): JsonWebKey {
  switch (type) {
    case 'ssh-ed25519': {
      const x = toBase64Url(reader.string());
      return { kty: 'OKP', crv: 'Ed25519', x, d: toBase64Url(reader.string().subarray(0, 32)) };
    }
    case 'ecdsa-sha2-nistp256': {
      reader.string(); // the curve, named by the type already
      const point = readPoint(reader.string());
      const d = reader.mpint();
      return {
        kty: 'EC',
        crv: 'P-256',
        ...point,
        d: toBase64Url(Buffer.concat([Buffer.alloc(Math.max(0, 32 - d.length)), d])),
      };
    }
    case 'ssh-rsa':
      return readRsaJwk(reader);
    default:
      throw new CodedError('key_unsupported', `OpenSSH keys of type ${type} are not supported`);
  }
}

function readRsaJwk(reader: SshReader): JsonWebKey {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.mpint()) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const jwk = { kty: 'RSA', n, e, d, p, q, qi, dp: exponent(d, p), dq: exponent(d, q) };
  return Object.fromEntries(
    Object.entries(jwk).map(([name, value]) => [name, typeof value === 'string' ? value : toBase64Url(value)]),
  );
}

/** d mod (prime − 1), which the format leaves to the reader. */
function exponent(d: Buffer, prime: Buffer): Buffer {
  const modulus = toBigInt(prime) - 1n;
  if (modulus <= 0n) throw new CodedError('key_invalid', 'the OpenSSH private key is damaged');
  const hex = (toBigInt(d) % modulus).toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}
