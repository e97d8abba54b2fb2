import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, type PrivateKeyInput } from 'node:crypto';
import { promisify } from 'node:util';
import { CodedError } from '../util/coded-error.js';
import { readPemBlock } from './pem.js';
import { parseSshPrivateKey, writeSshPrivateKey } from './ssh-private-key.js';
import { publicPart } from './ssh-public-key.js';

/** The key algorithms that clusters use (transport §8.2). */
export type KeyKind = 'ed25519' | 'ecdsa-p256' | 'rsa-2048';

/** How a private key is written: the `PRIVATE KEY`, `RSA PRIVATE KEY` or `OPENSSH PRIVATE KEY` block. */
export type PrivateKeyStyle = 'pkcs8' | 'pkcs1' | 'openssh';

const generate = promisify(generateKeyPair);

/** Makes a new private key; the work is done off the main thread. */
export async function generatePrivateKey(kind: KeyKind): Promise<KeyObject> {
  switch (kind) {
    case 'ed25519':
      return (await generate('ed25519')).privateKey;
    case 'ecdsa-p256':
      return (await generate('ec', { namedCurve: 'prime256v1' })).privateKey;
    case 'rsa-2048':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey;
  }
}

/**
 * Reads an unencrypted private key from PEM text: PKCS#8, PKCS#1, SEC1 (whatever the label says) or OpenSSH.
 * @throws CodedError `pem_missing`, `key_hardware` for a key that lives in a security key, `key_encrypted`,
 *   `key_unsupported`, `key_invalid`
 */
export function parsePrivateKey(pem: string): KeyObject {
  const { label, der, hasHeaders } = readPemBlock(pem);
  if (label === 'PIV YUBIKEY PRIVATE KEY') {
    throw new CodedError('key_hardware', 'the private key is held by a hardware security key, which is not supported', {
      hint: 'use an identity file or another user whose private key policy needs no hardware key',
    });
  }
  if (label.startsWith('ENCRYPTED') || hasHeaders) {
    throw new CodedError('key_encrypted', 'the private key is protected by a passphrase');
  }
  if (label === 'OPENSSH PRIVATE KEY') return parseSshPrivateKey(der);
  return parseDerPrivateKey(der);
}

function parseDerPrivateKey(der: Buffer): KeyObject {
  const failures: unknown[] = [];
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type } satisfies PrivateKeyInput);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new CodedError('key_invalid', 'the private key cannot be read', { cause: new AggregateError(failures) });
}

/** PEM of a private key in the given style. @throws CodedError `key_unsupported` when the style cannot hold the key */
export function privateKeyPem(key: KeyObject, style: PrivateKeyStyle): string {
  if (style === 'openssh') return writeSshPrivateKey(key);
  if (style === 'pkcs1' && key.asymmetricKeyType !== 'rsa') {
    throw new CodedError('key_unsupported', 'only RSA keys can be written as PKCS#1');
  }
  return key.export({ type: style, format: 'pem' }).toString();
}

/** PEM of a private key as clusters write TLS keys: RSA as PKCS#1, others as PKCS#8 (transport §2.4). */
export function teleportKeyPem(key: KeyObject): string {
  return privateKeyPem(key, key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'pkcs8');
}

/** PEM of a private key as clusters write SSH keys: RSA as PKCS#1, others in OpenSSH form (transport §2.4). */
export function sshKeyPem(key: KeyObject): string {
  return privateKeyPem(key, key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'openssh');
}

/** PEM of the public half as clusters write it: RSA as `RSA PUBLIC KEY`, others as `PUBLIC KEY` (transport §8.2). */
export function publicKeyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'spki';
  return publicPart(key).export({ type, format: 'pem' }).toString();
}

/** Reads a public key from PEM text, PKIX or PKCS#1. @throws CodedError `pem_missing`, `key_invalid` */
export function parsePublicKey(pem: string): KeyObject {
  const { label, der } = readPemBlock(pem);
  try {
    return createPublicKey({ key: der, format: 'der', type: label === 'RSA PUBLIC KEY' ? 'pkcs1' : 'spki' });
  } catch (cause) {
    throw new CodedError('key_invalid', 'the public key cannot be read', { cause });
  }
}

/** The kind of a key, or `undefined` for an algorithm or size that clusters do not use. */
export function keyKindOf(key: KeyObject): KeyKind | undefined {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ecdsa-p256';
  if (key.asymmetricKeyType === 'rsa' && modulusLength === 2048) return 'rsa-2048';
  return undefined;
}

/** Whether two keys, private or public, have the same public half. */
export function samePublicKey(a: KeyObject, b: KeyObject): boolean {
  return publicPart(a).equals(publicPart(b));
}
