import { X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { writeAdminCredentials } from '../../../../src/lib/cluster/admin-credentials.js';
import {
  ensureAuthorities,
  issueHostCertificate,
  issueUserCertificates,
  issueWebCertificate,
} from '../../../../src/lib/cluster/ca/index.js';
import type { ClusterState } from '../../../../src/lib/cluster/state.js';
import { openSqliteStore } from '../../../../src/lib/cluster/storage/sqlite.js';
import { readIdentityFile, readProfile } from '../../../../src/lib/credentials/index.js';
import {
  decodeIdentity,
  generatePrivateKey,
  parseAuthorizedKey,
  parsePrivateKey,
  parseSshCertificate,
  samePublicKey,
} from '../../../../src/lib/crypto/index.js';

const clusterName = 'example.test';
const hostId = '0b2282e3-4007-41e7-a012-8b77980f47cd';
const now = new Date('2026-11-21T00:00:00Z');
const clock = () => now;
const ttlMs = 3_600_000;
const dataDir = mkdtempSync(join(tmpdir(), 'ca-'));
const store = openSqliteStore({ folder: dataDir, clock });
const authorities = await ensureAuthorities({ store, clusterName, clock });
afterAll(() => store.close());

const issue = { authorities, clusterName, clock, ttlMs };

describe('issueHostCertificate', () => {
  it('gives the Admin identity that also serves TLS, signed by the host authority', async () => {
    const names = { dnsNames: ['*.teleport.cluster.local', 'localhost'], ipAddresses: ['127.0.0.1'] };
    const { certPem, keyPem } = await issueHostCertificate({ ...issue, ...names, hostId, role: 'Admin' });

    const certificate = new X509Certificate(certPem);

    expect(certificate.verify(new X509Certificate(authorities.host.tlsCertPem).publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(parsePrivateKey(keyPem))).toBe(true);
    expect(certificate.checkHost('6578616d706c652e74657374.teleport.cluster.local')).toBeDefined();
    expect(certificate.checkIP('127.0.0.1')).toBeDefined();
    expect(certificate.validFromDate).toEqual(new Date('2026-11-20T23:59:00Z'));
    expect(certificate.validToDate).toEqual(new Date('2026-11-21T01:00:00Z'));
    expect(decodeIdentity(certificate)).toMatchObject({
      username: `${hostId}.${clusterName}`,
      roles: ['Admin'],
      teleportCluster: clusterName,
    });
  });
});

describe('issueWebCertificate', () => {
  it('gives a certificate for the proxy that is nobody inside the cluster', async () => {
    const { certPem } = await issueWebCertificate({ ...issue, dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });

    const certificate = new X509Certificate(certPem);

    expect(certificate.checkHost('localhost')).toBeDefined();
    expect(certificate.checkHost('a.teleport.cluster.local')).toBeUndefined();
    expect(() => decodeIdentity(certificate)).toThrow(expect.objectContaining({ code: 'certificate_invalid' }));
  });
});

describe('issueUserCertificates', () => {
  it('puts the identity of a bot into both certificates', async () => {
    const [tlsKey, sshKey] = await Promise.all([generatePrivateKey('ecdsa-p256'), generatePrivateKey('ed25519')]);
    const identity = {
      username: 'bot-demo',
      roles: ['bot-demo'],
      usage: [],
      principals: ['-teleport-nologin-1', '-teleport-internal-join'],
      routeToCluster: clusterName,
      traits: { logins: ['root'] },
      renewable: true,
      teleportCluster: clusterName,
      loginIp: '127.0.0.1',
      generation: 2,
      botName: 'demo',
      botInstanceId: 'de992338-3d30-4fe6-a6f4-9827b6b9bd8e',
      userType: 'local',
      privateKeyPolicy: 'none',
    };

    const { tls, ssh } = await issueUserCertificates({
      authorities,
      identity,
      now,
      ttlMs,
      ssh: { portForwarding: true, agentForwarding: false, x11Forwarding: false },
      tlsPublicKey: tlsKey,
      sshPublicKey: sshKey,
    });
    const decoded = decodeIdentity(tls);
    const certificate = parseSshCertificate(ssh);

    expect({ ...decoded, principals: [...decoded.principals].sort() }).toEqual({
      ...identity,
      principals: [...identity.principals].sort(),
    });
    expect(new X509Certificate(tls).verify(new X509Certificate(authorities.user.tlsCertPem).publicKey)).toBe(true);
    expect(samePublicKey(certificate.signatureKey, authorities.user.sshKey)).toBe(true);
    expect(samePublicKey(certificate.publicKey, sshKey)).toBe(true);
    expect(certificate).toMatchObject({
      type: 'user',
      keyId: 'bot-demo',
      principals: identity.principals,
      validAfter: new Date('2026-11-20T23:59:00Z'),
      validBefore: new Date('2026-11-21T01:00:00Z'),
    });
    expect(certificate.extensions).toEqual({
      'bot-instance-id@goteleport.com': 'de992338-3d30-4fe6-a6f4-9827b6b9bd8e',
      'bot-name@goteleport.com': 'demo',
      generation: '2',
      'login-ip': '127.0.0.1',
      'permit-port-forwarding': '',
      'permit-pty': '',
      'private-key-policy': 'none',
      renewable: '',
      'teleport-roles': '{"roles":["bot-demo"]}',
      'teleport-route-to-cluster': clusterName,
      'teleport-traits': '{"logins":["root"]}',
    });
  });

  it.each([
    ['10.0.0.1', '10.0.0.1/32'],
    ['fe80::1', 'fe80::1/128'],
  ])('binds the SSH certificate to the pinned address %s', async (pinnedIp, sourceAddress) => {
    const key = await generatePrivateKey('ecdsa-p256');
    const identity = {
      username: 'alice',
      roles: ['access'],
      usage: [],
      principals: [],
      routeToCluster: '',
      traits: {},
    };

    const { ssh } = await issueUserCertificates({
      authorities,
      identity: { ...identity, pinnedIp },
      now,
      ttlMs,
      ssh: { portForwarding: false, agentForwarding: false, x11Forwarding: false },
      tlsPublicKey: key,
      sshPublicKey: key,
    });

    expect(parseSshCertificate(ssh).criticalOptions).toEqual({ 'source-address': sourceAddress });
  });
});

describe('writeAdminCredentials', () => {
  const state: ClusterState = {
    clusterName,
    hostId,
    serverVersion: '19.0.0',
    addresses: { auth: '127.0.0.1:3025', proxy: 'localhost:3080' },
    store,
    authorities,
    announced: { apps: [], databases: [], kubeClusters: [] },
    adminMfa: false,
    clock,
    log: () => undefined,
  };
  const admin = { state, username: 'admin', roles: ['access', 'editor'], dataDir, ttlMs };

  it('writes an identity file that is secret and readable as credentials', async () => {
    const { identityFile } = await writeAdminCredentials(admin);

    const { tls, username, clusterName: cluster } = await readIdentityFile(identityFile, { clock });

    expect((await stat(identityFile)).mode & 0o777).toBe(0o600);
    expect({ username, cluster }).toEqual({ username: 'admin', cluster: clusterName });
    expect(decodeIdentity(tls.certPem).roles).toEqual(['access', 'editor']);
    expect(new X509Certificate(tls.certPem).checkPrivateKey(parsePrivateKey(tls.keyPem))).toBe(true);
  });

  it('writes a profile folder that is readable as credentials, SSH key and certificate included', async () => {
    const { tshHome } = await writeAdminCredentials(admin);
    const keys = join(tshHome, 'keys', 'localhost');
    const read = (path: string) => readFile(join(keys, path), 'utf8');

    const credentials = await readProfile(tshHome, { clock });

    expect(credentials).toMatchObject({ username: 'admin', clusterName, proxyAddress: 'localhost:3080' });
    const certificate = parseSshCertificate(await read('admin-ssh/example.test-cert.pub'));
    expect(samePublicKey(certificate.publicKey, parsePrivateKey(await read('admin')))).toBe(true);
    expect(samePublicKey(certificate.publicKey, parseAuthorizedKey(await read('admin.pub')).key)).toBe(true);
    expect((await stat(keys)).mode & 0o777).toBe(0o700);
    expect((await stat(join(keys, 'admin.key'))).mode & 0o777).toBe(0o600);
  });
});
