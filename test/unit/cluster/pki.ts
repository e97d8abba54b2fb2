import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Authorities, Authority } from '../../../src/lib/cluster/state.js';
import {
  type CertificateIdentity,
  createCaCertificate,
  generatePrivateKey,
  issueCertificate,
} from '../../../src/lib/crypto/index.js';

export const NOW = new Date('2026-11-21T00:00:00Z');
export const HOUR_MS = 3_600_000;

/** The two authorities that sign, made for a test. */
export async function createAuthorities(clusterName: string): Promise<Authorities> {
  return { host: await createAuthority('host', clusterName), user: await createAuthority('user', clusterName) };
}

async function createAuthority(type: 'host' | 'user', clusterName: string): Promise<Authority> {
  const tlsKey = await generatePrivateKey('ecdsa-p256');
  const notAfter = new Date(NOW.getTime() + 24 * HOUR_MS);
  const tlsCertPem = await createCaCertificate({ clusterName, key: tlsKey, notBefore: NOW, notAfter });
  return { type, tlsCertPem, tlsKey, sshKey: await generatePrivateKey('ed25519'), trustedTlsCertPems: [tlsCertPem] };
}

export interface TestCertificate {
  authority: Authority;
  clusterName?: string;
  identity?: Partial<CertificateIdentity>;
  notBefore?: Date;
  notAfter?: Date;
}

/** A client certificate of user `alice` with role `editor`, valid for an hour from NOW, unless told otherwise. */
export async function issueClient(
  options: TestCertificate,
): Promise<{ certPem: string; key: KeyObject; keyPem: string }> {
  const key = await generatePrivateKey('ecdsa-p256');
  const clusterName = options.clusterName ?? 'example.test';
  const certPem = await issueCertificate({
    ca: { certPem: options.authority.tlsCertPem, key: options.authority.tlsKey },
    publicKey: createPublicKey(key),
    identity: {
      username: 'alice',
      roles: ['editor'],
      usage: [],
      principals: [],
      routeToCluster: clusterName,
      traits: { logins: ['root'] },
      teleportCluster: clusterName,
      ...options.identity,
    },
    notBefore: options.notBefore ?? NOW,
    notAfter: options.notAfter ?? new Date(NOW.getTime() + HOUR_MS),
  });
  return { certPem, key, keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
