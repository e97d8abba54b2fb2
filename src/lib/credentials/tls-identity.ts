import { type KeyObject, sign, verify, type X509Certificate } from 'node:crypto';

import { parsePrivateKey, parseCertificate as readCertificate, teleportKeyPem } from '../crypto/index.js';
import type { Clock } from '../util/clock.js';
import { CodedError, isErrorCode } from '../util/coded-error.js';
import { CredentialError, type CredentialSourceKind, type Credentials } from './credentials.js';

/** PEM texts as a reader found them, with the files that they came from. */
export interface TlsMaterial {
  kind: CredentialSourceKind;
  /** The source as a whole: named in every error. */
  path: string;
  keyPem: string;
  keyPath: string;
  certPem: string;
  certPath: string;
  caPems: string[];
  /** What to do about an expired or broken source. */
  renew: string;
}

const KIND_NAMES: Record<CredentialSourceKind, string> = {
  'identity-file': 'identity file',
  profile: 'tsh profile',
  'auth-host': 'auth host identity',
};

/**
 * Checks that key and certificate belong together and are in force, and picks the roots of the issuing cluster:
 * the CA certificates whose subject CN is the certificate's issuer CN (transport §3.4).
 * @throws CredentialError `credentials_corrupt`, `credentials_mismatch`, `credentials_expired`, `credentials_unsupported`.
 */
export function checkTlsMaterial(material: TlsMaterial, clock: Clock): Credentials {
  const what = KIND_NAMES[material.kind];
  const certificate = parseCertificate(material.certPem, material.certPath, `${what}: TLS certificate`, material.renew);
  const key = parseKey(material.keyPem, material.keyPath, what, material.renew);
  const { path } = material;
  if (!certificate.checkPrivateKey(key) || !signsFor(key, certificate)) {
    const files = material.keyPath === material.certPath ? path : `${material.keyPath} and ${material.certPath}`;
    throw new CredentialError(
      'credentials_mismatch',
      `${what} ${files}: the private key does not belong to the TLS certificate`,
      { path, hint: material.renew },
    );
  }
  const subject = nameParts(certificate.toLegacyObject().subject);
  const clusterName = nameParts(certificate.toLegacyObject().issuer).commonName;
  if (clusterName === undefined || subject.commonName === undefined)
    throw new CredentialError(
      'credentials_corrupt',
      `${what} ${material.certPath}: the TLS certificate names no user or no cluster`,
      {
        path: material.certPath,
        hint: material.renew,
      },
    );
  checkValidity(certificate, material, what, clock());
  const caPems = material.caPems.filter((pem) => {
    const ca = parseCertificate(pem, path, `${what}: CA certificate`, material.renew);
    return nameParts(ca.toLegacyObject().subject).commonName === clusterName;
  });
  if (caPems.length === 0)
    throw new CredentialError(
      'credentials_corrupt',
      `${what} ${path} holds no CA certificate of cluster ${clusterName}`,
      {
        path,
        hint: material.renew,
      },
    );
  return {
    source: { kind: material.kind, path },
    username: subject.commonName,
    clusterName,
    roles: subject.organizations,
    tls: { certPem: material.certPem, keyPem: opensslKeyPem(material.keyPem, key), caPems },
    expires: certificate.validToDate,
  };
}

function checkValidity(certificate: X509Certificate, material: TlsMaterial, what: string, now: Date): void {
  const { path } = material;
  if (certificate.validToDate <= now)
    throw new CredentialError(
      'credentials_expired',
      `${what} ${path} expired at ${isoSeconds(certificate.validToDate)} (it is ${isoSeconds(now)} now)`,
      { path, hint: material.renew },
    );
  if (certificate.validFromDate > now)
    throw new CredentialError(
      'credentials_expired',
      `${what} ${path} is not valid before ${isoSeconds(certificate.validFromDate)} (it is ${isoSeconds(now)} now)`,
      { path, hint: 'Check the clock of this machine.' },
    );
}

function isoSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

function parseCertificate(pem: string, path: string, what: string, hint: string): X509Certificate {
  try {
    return readCertificate(pem);
  } catch (cause) {
    throw new CredentialError('credentials_corrupt', `${what} in ${path} cannot be parsed`, { path, cause, hint });
  }
}

function parseKey(pem: string, path: string, what: string, hint: string): KeyObject {
  try {
    return parsePrivateKey(pem);
  } catch (cause) {
    if (isErrorCode(cause, 'key_hardware'))
      throw new CredentialError('credentials_unsupported', `${what} ${path}: ${cause.message}`, {
        path,
        cause,
        hint: 'Use an identity file, for example one that tbot writes.',
      });
    const reason = cause instanceof CodedError ? cause.message : 'the private key cannot be read';
    throw new CredentialError('credentials_corrupt', `${what} ${path}: ${reason}`, { path, cause, hint });
  }
}

/** Whether the key makes signatures that the certificate's accepts: the public part written beside it may be another's. */
function signsFor(key: KeyObject, certificate: X509Certificate): boolean {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const text = Buffer.from('proof');
  return verify(digest, text, certificate.publicKey, sign(digest, text, key));
}

/** OpenSSL does not read OpenSSH's own key format. */
function opensslKeyPem(pem: string, key: KeyObject): string {
  return pem.includes('OPENSSH PRIVATE KEY') ? teleportKeyPem(key) : pem;
}

function nameParts(name: object): { commonName?: string; organizations: string[] } {
  const { CN, O } = name as { CN?: string | string[]; O?: string | string[] };
  const commonName = Array.isArray(CN) ? CN.at(-1) : CN;
  return { ...(commonName ? { commonName } : {}), organizations: O === undefined ? [] : [O].flat() };
}
