import { X509Certificate } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';
import { derOid, derSequence, derSet, derText, readDer, readDerList, readOid, readText } from './der.js';

/** Object identifiers of the standard name attributes that cluster certificates use. */
export const NameOid = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  locality: '2.5.4.7',
  street: '2.5.4.9',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  postalCode: '2.5.4.17',
} as const;

/** One attribute of a distinguished name: dotted OID and text. */
export interface NameAttribute {
  oid: string;
  value: string;
}

/** Encodes a Name; each inner list is one relative distinguished name, empty ones are left out. */
export function encodeName(rdns: readonly (readonly NameAttribute[])[]): Buffer {
  return derSequence(
    ...rdns
      .filter((rdn) => rdn.length > 0)
      .map((rdn) => derSet(rdn.map(({ oid, value }) => derSequence(derOid(oid), derText(value))))),
  );
}

/** The text attributes of an encoded Name, flat and in their order; values that are no text are left out. */
export function decodeName(name: Uint8Array): NameAttribute[] {
  return readDerList(readDer(name).content).flatMap((rdn) =>
    readDerList(rdn.content).flatMap((pair) => {
      const [oid, text] = readDerList(pair.content);
      const value = text && readText(text);
      return oid === undefined || value === undefined ? [] : [{ oid: readOid(oid.content), value }];
    }),
  );
}

/** A certificate as other code holds it: parsed, DER bytes or PEM text. */
export type CertificateLike = X509Certificate | Uint8Array | string;

/** DER bytes of a certificate. @throws CodedError `certificate_invalid` when PEM text is unreadable. */
export function certificateDer(certificate: CertificateLike): Uint8Array {
  if (certificate instanceof Uint8Array) return certificate;
  if (typeof certificate === 'string') return parseCertificate(certificate).raw;
  return certificate.raw;
}

/** @throws CodedError `certificate_invalid` */
export function parseCertificate(pemOrDer: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(pemOrDer);
  } catch (cause) {
    throw new CodedError('certificate_invalid', 'the certificate cannot be read', { cause });
  }
}

/** The encoded issuer and subject names of a certificate, byte by byte as they stand in it. */
export function certificateNames(certificate: CertificateLike): { issuer: Buffer; subject: Buffer } {
  const [tbs] = readDerList(readDer(certificateDer(certificate)).content);
  if (tbs === undefined) throw new CodedError('certificate_invalid', 'the certificate has no body');
  const fields = readDerList(tbs.content);
  const serialAt = fields[0]?.tag === 0xa0 ? 1 : 0; // the explicit version may be absent
  const issuer = fields[serialAt + 2];
  const subject = fields[serialAt + 4];
  if (!issuer || !subject) throw new CodedError('certificate_invalid', 'the certificate has no subject');
  return { issuer: issuer.raw, subject: subject.raw };
}

/** The last common name in the certificate's subject: for a cluster's CA certificate, the cluster. */
export function subjectCommonName(certificate: CertificateLike): string | undefined {
  return commonName(certificateNames(certificate).subject);
}

/** The last common name in the certificate's issuer: for a cluster's leaf certificate, the cluster. */
export function issuerCommonName(certificate: CertificateLike): string | undefined {
  return commonName(certificateNames(certificate).issuer);
}

function commonName(name: Uint8Array): string | undefined {
  return decodeName(name).findLast(({ oid }) => oid === NameOid.commonName)?.value;
}
