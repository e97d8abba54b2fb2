import { type KeyObject, randomBytes } from 'node:crypto';
import { type CertificateIdentity, encodeSubject } from './certificate-identity.js';
import { writePem } from './pem.js';
import type { X509Encoding } from './x509-encoding.js';

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

/** The ASN.1 library takes longer to load than most commands run: only who issues certificates loads it. */
function loadEncoding(): Promise<X509Encoding> {
  return import('./x509-encoding.js');
}

function randomSerial(): bigint {
  return BigInt(`0x${randomBytes(16).toString('hex')}`) || 1n;
}

/**
 * A self-signed authority certificate (join §3.7): CN and O are the cluster's name, and the subject holds the serial
 * number, so that two authorities of one cluster have different names. @returns PEM
 */
export async function createCaCertificate(
  options: Validity & { clusterName: string; key: KeyObject },
): Promise<string> {
  const { clusterName, key } = options;
  const { caExtensions, encodeCertificate, encodeName } = await loadEncoding();
  const serial = randomSerial();
  const name = encodeName([
    { oid: '2.5.4.10', values: [clusterName] },
    { oid: '2.5.4.3', values: [clusterName] },
    { oid: '2.5.4.5', values: [serial.toString()] },
  ]);
  const extensions = caExtensions(key);
  const der = encodeCertificate({ ...options, serial, issuer: name, subject: name, publicKey: key, extensions }, key);
  return writePem('CERTIFICATE', der);
}

/** A certificate of a user, bot or host, for TLS servers and clients (join §3.1). @returns PEM */
export async function issueCertificate(options: LeafCertificate): Promise<string> {
  const { ca, publicKey, identity } = options;
  const { encodeCertificate, encodeName, leafExtensions, readAuthority } = await loadEncoding();
  const { name, keyIdentifier } = readAuthority(ca.certPem);
  const der = encodeCertificate(
    {
      ...options,
      serial: randomSerial(),
      issuer: name,
      subject: encodeName(encodeSubject(identity)),
      publicKey,
      extensions: leafExtensions(options, keyIdentifier),
    },
    ca.key,
  );
  return writePem('CERTIFICATE', der);
}
