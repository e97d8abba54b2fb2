import { X509Certificate } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';

/** A certificate as other code holds it: parsed, DER bytes or PEM text. */
export type CertificateLike = X509Certificate | Uint8Array | string;

/** The attributes of a distinguished name by short name (`CN`, `O`, …) or dotted OID; several values in their order. */
export type CertificateName = ReadonlyMap<string, readonly string[]>;

/** One relative distinguished name: an attribute with one value or several. */
export interface NamePart {
  /** Dotted OID. */
  oid: string;
  values: readonly string[];
}

/**
 * Parses a certificate down to its public key: Node ends the process where `toLegacyObject` meets a key that it cannot read.
 * @throws CodedError `certificate_invalid`
 */
export function parseCertificate(certificate: CertificateLike): X509Certificate {
  if (certificate instanceof X509Certificate) return certificate;
  try {
    const parsed = new X509Certificate(certificate);
    void parsed.publicKey; // throws if it is damaged
    return parsed;
  } catch (cause) {
    throw new CodedError('certificate_invalid', 'the certificate cannot be read', { cause });
  }
}

/** The subject and issuer of a certificate. @throws CodedError `certificate_invalid` */
export function certificateNames(certificate: CertificateLike): { subject: CertificateName; issuer: CertificateName } {
  // The structured form: the text of `X509Certificate.subject` cannot be taken apart safely.
  const { subject, issuer } = parseCertificate(certificate).toLegacyObject();
  return { subject: toName(subject), issuer: toName(issuer) };
}

function toName(attributes: object | undefined): CertificateName {
  const entries = Object.entries((attributes ?? {}) as Record<string, string | string[]>);
  return new Map(entries.map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));
}

/** The last common name in the certificate's subject: for a cluster's CA certificate, the cluster. */
export function subjectCommonName(certificate: CertificateLike): string | undefined {
  return certificateNames(certificate).subject.get('CN')?.at(-1);
}

/** The last common name in the certificate's issuer: for a cluster's leaf certificate, the cluster. */
export function issuerCommonName(certificate: CertificateLike): string | undefined {
  return certificateNames(certificate).issuer.get('CN')?.at(-1);
}
