import type { KeyObject } from 'node:crypto';
import { keyKindOf, parseAuthorizedKey, parsePublicKey, publicKeyPem } from '../../crypto/index.js';
import { CodedError } from '../../util/coded-error.js';
import { ClusterError } from '../errors.js';

/** The keys that certificates are asked for. */
export interface SubjectKeys {
  tls: KeyObject;
  ssh: KeyObject;
  /** PEM, as bot instances record it. */
  recorded: Uint8Array;
}

/**
 * Reads the keys of a request; where one is missing the other stands for both.
 * @param tlsPem PEM, PKIX or PKCS#1 form; may be empty
 * @param sshLine authorized_keys line; may be empty
 * @throws ClusterError BadParameter for no key, one that cannot be read, or of an algorithm that clusters do not use.
 */
export function readSubjectKeys(tlsPem: Uint8Array, sshLine: Uint8Array): SubjectKeys {
  const tls = tlsPem.length === 0 ? undefined : readKey('TLS', () => parsePublicKey(textOf(tlsPem)));
  const ssh = sshLine.length === 0 ? undefined : readKey('SSH', () => parseAuthorizedKey(textOf(sshLine)).key);
  const either = tls ?? ssh;
  if (either === undefined) throw new ClusterError('BadParameter', 'a TLS or SSH public key must be given');
  const recorded = tls === undefined ? Buffer.from(publicKeyPem(either)) : tlsPem;
  return { tls: tls ?? either, ssh: ssh ?? either, recorded };
}

function readKey(kind: 'TLS' | 'SSH', read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ClusterError('BadParameter', `the ${kind} public key cannot be read`, { cause });
  }
  if (keyKindOf(key) === undefined) {
    throw new ClusterError('BadParameter', `the ${kind} public key must be Ed25519, ECDSA P-256 or RSA 2048`);
  }
  return key;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
