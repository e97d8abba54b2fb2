import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { CodedError } from '../util/coded-error.js';
import { type CertificateIdentity, encodeSubject } from './certificate-identity.js';
import {
  DerTag,
  derBitString,
  derBoolean,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derTime,
  readDer,
  readDerList,
  readOid,
  writeDer,
} from './der.js';
import { writePem } from './pem.js';
import { certificateDer, certificateNames, encodeName, NameOid } from './x509-name.js';

/** From when to when a certificate is valid; whole seconds count. */
export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

/** A certificate authority that signs: its certificate and the private key of it. */
export interface TlsSigner {
  certPem: string;
  key: KeyObject;
}

export interface LeafCertificate extends Validity {
  ca: TlsSigner;
  publicKey: KeyObject;
  identity: CertificateIdentity;
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
}

const Oid = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  rsaSha256: '1.2.840.113549.1.1.11',
  ed25519: '1.3.101.112',
};

// Key usage bits as the first byte of the BIT STRING.
const DIGITAL_SIGNATURE = 0x80;
const KEY_ENCIPHERMENT = 0x20;
const CERT_AND_CRL_SIGN = 0x06;

/**
 * A self-signed authority certificate (join §3.7): CN and O are the cluster's name, and the subject holds the serial
 * number, so that two authorities of one cluster have different names. @returns PEM
 */
export function createCaCertificate(options: Validity & { clusterName: string; key: KeyObject }): string {
  const { clusterName, key } = options;
  const serial = randomSerial();
  const name = encodeName([
    [{ oid: NameOid.organization, value: clusterName }],
    [{ oid: NameOid.commonName, value: clusterName }],
    [{ oid: NameOid.serialNumber, value: serial.toString() }],
  ]);
  const spki = exportSpki(key);
  const extensions = [
    extension(Oid.keyUsage, keyUsage(key, DIGITAL_SIGNATURE | CERT_AND_CRL_SIGN), true),
    extension(Oid.basicConstraints, derSequence(derBoolean(true)), true),
    extension(Oid.subjectKeyId, derOctetString(keyId(spki))),
  ];
  return signCertificate({ ...options, serial, issuer: name, subject: name, spki, extensions, signingKey: key });
}

/** A certificate of a user, bot or host, for TLS servers and clients (join §3.1). @returns PEM */
export function issueCertificate(options: LeafCertificate): string {
  const { ca, publicKey, identity, dnsNames = [], ipAddresses = [] } = options;
  const authorityKeyId = readExtension(ca.certPem, Oid.subjectKeyId);
  const extensions = [
    extension(Oid.keyUsage, keyUsage(publicKey, DIGITAL_SIGNATURE), true),
    extension(Oid.extendedKeyUsage, derSequence(derOid(Oid.serverAuth), derOid(Oid.clientAuth))),
    extension(Oid.basicConstraints, derSequence(), true),
  ];
  if (authorityKeyId) {
    extensions.push(extension(Oid.authorityKeyId, derSequence(writeDer(0x80, readDer(authorityKeyId).content))));
  }
  if (dnsNames.length + ipAddresses.length > 0) {
    extensions.push(extension(Oid.subjectAltName, alternativeNames(dnsNames, ipAddresses)));
  }
  return signCertificate({
    ...options,
    serial: randomSerial(),
    issuer: certificateNames(ca.certPem).subject,
    subject: encodeSubject(identity),
    spki: exportSpki(publicKey),
    extensions,
    signingKey: ca.key,
  });
}

interface CertificateParts extends Validity {
  serial: bigint;
  issuer: Buffer;
  subject: Buffer;
  spki: Buffer;
  extensions: Buffer[];
  signingKey: KeyObject;
}

function signCertificate(parts: CertificateParts): string {
  const { algorithm, digest } = signatureAlgorithm(parts.signingKey);
  const tbs = derSequence(
    writeDer(0xa0, derInteger(2n)), // version 3
    derInteger(parts.serial),
    algorithm,
    parts.issuer,
    derSequence(derTime(parts.notBefore), derTime(parts.notAfter)),
    parts.subject,
    parts.spki,
    writeDer(0xa3, derSequence(...parts.extensions)),
  );
  const signature = sign(digest, tbs, parts.signingKey);
  return writePem('CERTIFICATE', derSequence(tbs, algorithm, derBitString(signature)));
}

function signatureAlgorithm(key: KeyObject): { algorithm: Buffer; digest: 'sha256' | null } {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return { algorithm: derSequence(derOid(Oid.ecdsaSha256)), digest: 'sha256' };
    case 'rsa':
      return { algorithm: derSequence(derOid(Oid.rsaSha256), writeDer(0x05)), digest: 'sha256' };
    case 'ed25519':
      return { algorithm: derSequence(derOid(Oid.ed25519)), digest: null };
    default:
      throw new CodedError('key_unsupported', `keys of type ${key.asymmetricKeyType} do not sign certificates here`);
  }
}

function randomSerial(): bigint {
  return BigInt(`0x${randomBytes(16).toString('hex')}`) || 1n;
}

function exportSpki(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
}

/** SHA-1 of the key's bits (RFC 5280 §4.2.1.2, first method): a name for the key, no protection. */
function keyId(spki: Buffer): Buffer {
  const bits = readDerList(readDer(spki).content)[1]?.content.subarray(1) ?? spki;
  return createHash('sha1').update(bits).digest();
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(value));
}

function keyUsage(key: KeyObject, bits: number): Buffer {
  const all = key.asymmetricKeyType === 'rsa' ? bits | KEY_ENCIPHERMENT : bits;
  const unusedBits = 31 - Math.clz32(all & -all); // DER drops trailing zero bits
  return derBitString(Buffer.from([all]), unusedBits);
}

/** The DER value of an extension, or `undefined` when the certificate has none of that OID. */
function readExtension(certPem: string, oid: string): Buffer | undefined {
  const [tbs] = readDerList(readDer(certificateDer(certPem)).content);
  const wrapper = tbs && readDerList(tbs.content).find(({ tag }) => tag === 0xa3);
  const extensions = wrapper ? readDerList(readDer(wrapper.content).content) : [];
  for (const { content } of extensions) {
    const fields = readDerList(content);
    if (fields[0]?.tag === DerTag.oid && readOid(fields[0].content) === oid) return fields.at(-1)?.content;
  }
  return undefined;
}

function alternativeNames(dnsNames: readonly string[], ipAddresses: readonly string[]): Buffer {
  return derSequence(
    ...dnsNames.map((name) => writeDer(0x82, Buffer.from(name, 'latin1'))),
    ...ipAddresses.map((address) => writeDer(0x87, ipBytes(address))),
  );
}

function ipBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const normal = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1); // lower case, no embedded IPv4
  if (normal === undefined) throw new CodedError('bad_parameter', `${JSON.stringify(address)} is no IP address`);
  const [head = '', tail] = normal.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
