import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { CodedError } from '../util/coded-error.js';
import { readPemBlock } from './pem.js';
import type { NamePart } from './x509-name.js';

/** What this module offers; it is imported dynamically, because the ASN.1 library is slow to load. */
export type X509Encoding = typeof import('./x509-encoding.js');

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** Builds a Name; parts without values are left out. */
export function encodeName(parts: readonly NamePart[]): Name {
  return new Name(parts.filter(({ values }) => values.length > 0).map(encodeNamePart));
}

function encodeNamePart({ oid, values }: NamePart): RelativeDistinguishedName {
  const attributes = values.map((text) => {
    const value = new AttributeValue(PRINTABLE.test(text) ? { printableString: text } : { utf8String: text });
    return new AttributeTypeAndValue({ type: oid, value });
  });
  if (attributes.length === 1) return new RelativeDistinguishedName(attributes);
  const sortable = attributes.map((attribute) => ({ attribute, der: Buffer.from(AsnConvert.serialize(attribute)) }));
  sortable.sort((a, b) => Buffer.compare(a.der, b.der)); // DER orders a SET OF; the library does not
  return new RelativeDistinguishedName(sortable.map(({ attribute }) => attribute));
}

/** The name of a CA, byte for byte as it stands in its certificate, and the identifier of its key. */
export function readAuthority(certPem: string): { name: Name; keyIdentifier: OctetString | undefined } {
  const { tbsCertificate } = AsnConvert.parse(readPemBlock(certPem).der, Certificate);
  const extension = tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  const keyIdentifier = extension && AsnConvert.parse(extension.extnValue, SubjectKeyIdentifier);
  return { name: tbsCertificate.subject, keyIdentifier };
}

/** Extensions of an authority certificate (join §3.7). */
export function caExtensions(key: KeyObject): Extensions {
  const usage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  const { subjectPublicKey } = publicKeyInfo(key);
  // SHA-1 of the key's bits (RFC 5280 §4.2.1.2, first method): a name for the key, no protection.
  const keyIdentifier = createHash('sha1').update(Buffer.from(subjectPublicKey)).digest();
  return new Extensions([
    extension(id_ce_keyUsage, new KeyUsage(withEncipherment(usage, key)), true),
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), true),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier)),
  ]);
}

interface LeafParts {
  publicKey: KeyObject;
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
}

/** Extensions of a leaf certificate (join §3.1). */
export function leafExtensions(parts: LeafParts, keyIdentifier: OctetString | undefined): Extensions {
  const { publicKey, dnsNames = [], ipAddresses = [] } = parts;
  const extensions = new Extensions([
    extension(id_ce_keyUsage, new KeyUsage(withEncipherment(KeyUsageFlags.digitalSignature, publicKey)), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
    extension(id_ce_basicConstraints, new BasicConstraints(), true),
  ]);
  if (keyIdentifier) {
    const authority = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier.buffer) });
    extensions.push(extension(id_ce_authorityKeyIdentifier, authority));
  }
  const names = [
    ...dnsNames.map((dNSName) => new GeneralName({ dNSName })),
    ...ipAddresses.map((iPAddress) => new GeneralName({ iPAddress: plainIp(iPAddress) })),
  ];
  if (names.length > 0) extensions.push(extension(id_ce_subjectAltName, new SubjectAlternativeName(names)));
  return extensions;
}

/** The library reads no IPv4 address inside an IPv6 one; the URL parser rewrites it in hex. */
function plainIp(address: string): string {
  if (!address.includes(':')) return address;
  const host = URL.parse(`http://[${address}]`)?.hostname;
  if (host === undefined) throw new CodedError('bad_parameter', `${JSON.stringify(address)} is no IP address`);
  return host.slice(1, -1);
}

function withEncipherment(usage: number, key: KeyObject): number {
  return key.asymmetricKeyType === 'rsa' ? usage | KeyUsageFlags.keyEncipherment : usage;
}

function extension(extnID: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

interface CertificateParts {
  serial: bigint;
  issuer: Name;
  subject: Name;
  publicKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  extensions: Extensions;
}

/** Encodes and signs a certificate. @returns DER @throws CodedError `key_unsupported` */
export function encodeCertificate(parts: CertificateParts, signingKey: KeyObject): Buffer {
  const { algorithm, digest } = signatureAlgorithm(signingKey);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: unsignedBytes(parts.serial),
    signature: algorithm,
    issuer: parts.issuer,
    validity: new Validity({ notBefore: wholeSeconds(parts.notBefore), notAfter: wholeSeconds(parts.notAfter) }),
    subject: parts.subject,
    subjectPublicKeyInfo: publicKeyInfo(parts.publicKey),
    extensions: parts.extensions,
  });
  const tbsCertificateRaw = AsnConvert.serialize(tbsCertificate);
  const signatureValue = toArrayBuffer(sign(digest, Buffer.from(tbsCertificateRaw), signingKey));
  const certificate = new Certificate({
    tbsCertificate,
    tbsCertificateRaw,
    signatureAlgorithm: algorithm,
    signatureValue,
  });
  return Buffer.from(AsnConvert.serialize(certificate));
}

function signatureAlgorithm(key: KeyObject): { algorithm: AlgorithmIdentifier; digest: 'sha256' | null } {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return { algorithm: new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' }), digest: 'sha256' };
    case 'rsa':
      return {
        algorithm: new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters: null }),
        digest: 'sha256',
      };
    case 'ed25519':
      return { algorithm: new AlgorithmIdentifier({ algorithm: '1.3.101.112' }), digest: null };
    default:
      throw new CodedError('key_unsupported', `keys of type ${key.asymmetricKeyType} do not sign certificates here`);
  }
}

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** Big-endian bytes of a positive INTEGER: a leading zero keeps it positive. */
function unsignedBytes(value: bigint): ArrayBuffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return toArrayBuffer(Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex'));
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function wholeSeconds(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}
