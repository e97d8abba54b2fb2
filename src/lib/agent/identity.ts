import type { Credentials } from '../credentials/index.js';
import {
  type CertificateIdentity,
  decodeIdentity,
  issuerCommonName,
  parseCertificate,
  parsePrivateKey,
  parseSshCertificate,
  samePublicKey,
} from '../crypto/index.js';
import type { Certs } from '../gen/proto/certs_pb.js';
import { CodedError } from '../util/coded-error.js';

/** One private key with the certificates that a cluster has issued for it. */
export interface Identity {
  /** PEM; one key serves SSH and TLS. */
  keyPem: string;
  /** authorized_keys line, as issued. */
  sshCertificate: string;
  /** PEM. */
  tlsCertificate: string;
  /** PEM, one each. */
  tlsAuthorities: string[];
  /** authorized_keys lines. */
  sshAuthorities: string[];
  clusterName: string;
  /** What the TLS certificate says of its holder. */
  subject: CertificateIdentity;
  validFrom: Date;
  validTo: Date;
}

export type IdentityParts = Pick<
  Identity,
  'keyPem' | 'sshCertificate' | 'tlsCertificate' | 'tlsAuthorities' | 'sshAuthorities'
>;

/** Reads what certificates say, and checks that they belong to the key. @throws CodedError `identity_invalid` */
export function readIdentity(parts: IdentityParts): Identity {
  try {
    const certificate = parseCertificate(parts.tlsCertificate);
    const key = parsePrivateKey(parts.keyPem);
    const ssh = parseSshCertificate(parts.sshCertificate);
    const clusterName = issuerCommonName(certificate);
    if (!clusterName) throw new CodedError('identity_invalid', 'the certificate names no cluster as its issuer');
    if (!samePublicKey(key, certificate.publicKey) || !samePublicKey(key, ssh.publicKey))
      throw new CodedError('identity_invalid', 'private key and certificates do not belong together');
    if (ssh.principals.length === 0 || ssh.principals.includes(''))
      throw new CodedError('identity_invalid', 'the SSH certificate names no principal');
    return {
      ...parts,
      clusterName,
      subject: decodeIdentity(certificate),
      validFrom: certificate.validFromDate,
      validTo: certificate.validToDate,
    };
  } catch (cause) {
    if (cause instanceof CodedError && cause.code === 'identity_invalid') throw cause;
    throw new CodedError('identity_invalid', `the identity cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The identity of freshly issued certificates. */
export function identityOfCerts(keyPem: string, certs: Certs): Identity {
  return readIdentity({
    keyPem,
    sshCertificate: text(certs.ssh),
    tlsCertificate: text(certs.tls),
    tlsAuthorities: certs.tlsCaCerts.map(text),
    sshAuthorities: certs.sshCaCerts.map(text),
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** The identity as the client wants it. @param path where it is kept, for errors */
export function credentialsOf(identity: Identity, path: string): Credentials {
  return {
    source: { kind: 'identity-file', path },
    username: identity.subject.username,
    clusterName: identity.clusterName,
    roles: identity.subject.roles,
    tls: { certPem: identity.tlsCertificate, keyPem: identity.keyPem, caPems: identity.tlsAuthorities },
    expires: identity.validTo,
  };
}

/** What logs tell of an identity. */
export function describeIdentity({ subject, clusterName, validFrom, validTo }: Identity) {
  return {
    bot: subject.botName,
    instance: subject.botInstanceId,
    cluster: clusterName,
    roles: subject.roles,
    valid_from: validFrom.toISOString(),
    valid_to: validTo.toISOString(),
    renewable: subject.renewable === true,
    generation: subject.generation ?? 0,
  };
}
