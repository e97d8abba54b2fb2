import type { KeyObject } from 'node:crypto';
import { parseAuthorizedKey, parseCertificate, parsePublicKey, spkiPin, sshFingerprint } from '../crypto/index.js';
import type { CAKeySet, CertAuthorityV2, PrivateKeyType } from '../gen/types/cert_authorities_pb.js';

/** One key of a certificate authority, in the words of `tctl status` (cli §15). */
export interface AuthorityKey {
  readonly protocol: 'SSH' | 'TLS' | 'JWT';
  /** `trusted`: still or already trusted, but not used to sign. */
  readonly status: 'active' | 'trusted';
  /** For example `ECDSA P-256`; `unknown` when the key cannot be read. */
  readonly algorithm: string;
  readonly storage: string;
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** By PrivateKeyType. */
const STORAGES: Readonly<Record<PrivateKeyType, string>> = {
  0: 'software',
  1: 'PKCS#11 HSM',
  2: 'GCP KMS',
  3: 'AWS KMS',
};

/** The keys of an authority, sorted as `status` prints them. */
export function authorityKeys({ spec }: CertAuthorityV2): AuthorityKey[] {
  const keys = [...keysOf(spec?.activeKeys, 'active'), ...keysOf(spec?.additionalTrustedKeys, 'trusted')];
  const order = (key: AuthorityKey) => [key.protocol, key.status, key.algorithm, key.storage].join('\0');
  return keys.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

function keysOf(set: CAKeySet | undefined, status: AuthorityKey['status']): AuthorityKey[] {
  const describe = (protocol: AuthorityKey['protocol'], type: PrivateKeyType, read: () => KeyObject): AuthorityKey => ({
    protocol,
    status,
    algorithm: algorithmOf(read),
    storage: STORAGES[type] ?? String(type),
  });
  return [
    ...(set?.ssh ?? []).map((key) =>
      describe('SSH', key.privateKeyType, () => parseAuthorizedKey(text(key.publicKey)).key),
    ),
    ...(set?.tls ?? []).map((key) => describe('TLS', key.keyType, () => parseCertificate(text(key.cert)).publicKey)),
    ...(set?.jwt ?? []).map((key) => describe('JWT', key.privateKeyType, () => parsePublicKey(text(key.publicKey)))),
  ];
}

function algorithmOf(read: () => KeyObject): string {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    return 'unknown'; // one key that this tool cannot read must not hide the state of the cluster
  }
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return `RSA ${modulusLength}`;
  return key.asymmetricKeyType === 'ec' ? `ECDSA ${CURVES[namedCurve] ?? namedCurve}` : 'unknown';
}

/** The pins of a cluster's host authority, which agents check on their first contact (transport §8.4). */
export function hostCaPins(authorities: readonly CertAuthorityV2[], clusterName: string): string[] {
  return authorities
    .filter(({ spec }) => spec?.type === 'host' && spec.clusterName === clusterName)
    .flatMap(({ spec }) => [...(spec?.activeKeys?.tls ?? []), ...(spec?.additionalTrustedKeys?.tls ?? [])])
    .map(({ cert }) => spkiPin(text(cert)));
}

/** The fingerprints of every SSH key that an authority is trusted with. */
export function authorityFingerprints({ spec }: CertAuthorityV2): string[] {
  return [...(spec?.activeKeys?.ssh ?? []), ...(spec?.additionalTrustedKeys?.ssh ?? [])].map(({ publicKey }) => {
    try {
      return sshFingerprint(parseAuthorizedKey(text(publicKey)).key);
    } catch {
      return '<bad key>';
    }
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
