import { X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { type CertificateIdentity, decodeIdentity } from '../../../src/lib/crypto/certificate-identity.js';
import { generatePrivateKey, type KeyKind, teleportKeyPem } from '../../../src/lib/crypto/keys.js';
import { createCaCertificate, issueCertificate } from '../../../src/lib/crypto/x509-issue.js';
import { certificateNames } from '../../../src/lib/crypto/x509-name.js';
import { runTool } from '../../helpers/run-tool.js';

const clusterName = 'example.test';
const validity = { notBefore: new Date('2026-11-20T23:59:00Z'), notAfter: new Date('2126-11-21T00:00:00Z') };
const identity: CertificateIdentity = {
  username: 'bot-demo',
  roles: ['access'],
  usage: [],
  principals: ['root'],
  routeToCluster: clusterName,
  traits: { logins: ['root'] },
  teleportCluster: clusterName,
  generation: 1,
};

async function createCa(kind: KeyKind) {
  const key = await generatePrivateKey(kind);
  return { key, certPem: await createCaCertificate({ clusterName, key, ...validity }) };
}

async function issue(caKind: KeyKind, leafKind: KeyKind, names: { dnsNames?: string[]; ipAddresses?: string[] } = {}) {
  const ca = await createCa(caKind);
  const key = await generatePrivateKey(leafKind);
  return { ca, key, certPem: await issueCertificate({ ca, publicKey: key, identity, ...names, ...validity }) };
}

describe('createCaCertificate', () => {
  it.each<KeyKind>(['ed25519', 'ecdsa-p256', 'rsa-2048'])(
    'makes a self-signed authority with a %s key',
    async (kind) => {
      const { certPem, key } = await createCa(kind);

      const certificate = new X509Certificate(certPem);

      expect(certificate.ca).toBe(true);
      expect(certificate.checkPrivateKey(key)).toBe(true);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(certificate.validFromDate).toEqual(validity.notBefore);
      expect(certificate.validToDate).toEqual(validity.notAfter);
      expect([...certificateNames(certificate).subject]).toEqual([
        ['O', [clusterName]],
        ['CN', [clusterName]],
        ['serialNumber', [BigInt(`0x${certificate.serialNumber}`).toString()]],
      ]);
    },
  );
});

describe('issueCertificate', () => {
  it.each<[KeyKind, KeyKind]>([
    ['ecdsa-p256', 'ed25519'],
    ['ed25519', 'rsa-2048'],
    ['rsa-2048', 'ecdsa-p256'],
  ])('signs with a %s authority for a %s key', async (caKind, leafKind) => {
    const { ca, key, certPem } = await issue(caKind, leafKind);
    const [authority, leaf] = [new X509Certificate(ca.certPem), new X509Certificate(certPem)];

    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.checkPrivateKey(key)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(decodeIdentity(leaf)).toEqual(identity);
  });

  it('writes names and addresses as alternative names', async () => {
    const { certPem } = await issue('ecdsa-p256', 'ecdsa-p256', {
      dnsNames: ['*.teleport.cluster.local', 'localhost'],
      ipAddresses: ['127.0.0.1', '::1', 'fe80::1:0:2', '::ffff:10.0.0.1'],
    });
    const certificate = new X509Certificate(certPem);

    for (const name of ['abc.teleport.cluster.local', 'localhost']) expect(certificate.checkHost(name)).toBeDefined();
    for (const ip of ['127.0.0.1', '::1', 'fe80::1:0:2', '::ffff:10.0.0.1']) expect(certificate.checkIP(ip)).toBe(ip);
    expect(certificate.checkHost('other.test')).toBeUndefined();
    expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  });

  it('is accepted on both sides of a TLS connection', async () => {
    const { ca, key, certPem } = await issue('ecdsa-p256', 'ecdsa-p256', { dnsNames: ['localhost'] });
    const ends = { cert: certPem, key: teleportKeyPem(key), ca: ca.certPem };
    const server = createServer({ ...ends, requestCert: true, rejectUnauthorized: true });
    const accepted = new Promise<TLSSocket>((resolve, reject) => {
      server.once('secureConnection', resolve);
      server.once('tlsClientError', reject);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = connect({ ...ends, port, host: '127.0.0.1', servername: 'localhost' });

    try {
      await new Promise((resolve, reject) => client.once('secureConnect', resolve).once('error', reject));
      const socket = await accepted;

      expect(client.authorized).toBe(true);
      expect(socket.authorized).toBe(true);
      expect(decodeIdentity(socket.getPeerX509Certificate()?.raw ?? '').username).toBe('bot-demo');
    } finally {
      client.destroy();
      server.close();
    }
  });

  it('is read by openssl with the usages that clusters give', async () => {
    const { ca, certPem } = await issue('rsa-2048', 'rsa-2048');
    const folder = mkdtempSync(join(tmpdir(), 'x509-'));
    writeFileSync(join(folder, 'leaf.pem'), certPem);
    writeFileSync(join(folder, 'ca.pem'), ca.certPem);

    const print = runTool('openssl', ['x509', '-in', join(folder, 'leaf.pem'), '-noout', '-text']);
    const check = runTool('openssl', [
      'verify',
      '-x509_strict',
      '-CAfile',
      join(folder, 'ca.pem'),
      join(folder, 'leaf.pem'),
    ]);
    if (print === undefined || check === undefined) return;

    expect(check).toMatch(/leaf\.pem: OK/);
    expect(print).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    expect(print).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    expect(print).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/);
    expect(print).toMatch(/Authority Key Identifier/);
  });
});
