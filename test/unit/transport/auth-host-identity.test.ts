import { X509Certificate } from 'node:crypto';

import { createClient } from '@connectrpc/connect';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { openConnection } from '../../../src/lib/transport/index.js';
import { verifyIssuedCertificate } from '../../../src/lib/transport/verify-server.js';
import { clusterHostname } from '../../../src/lib/util/cluster-hostname.js';
import {
  closeAfterTest,
  closePeersAfterEach,
  makeTestCertificates,
  startPeer,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

/** An auth host's identity comes from the same authority as the server's certificate. */
function open(address: string, from = certificates) {
  return openConnection({
    addresses: [address],
    clusterName: 'example.test',
    tls: { ...certificates.server, caPems: [from.hostCaPem] },
    credential: 'auth host identity',
    webRoots: async () => [],
    metadata: { version: '18.2.3', userAgent: 'test' },
  });
}

describe('an identity from the same authority as the server', () => {
  it('is sent as a single certificate', async () => {
    const peer = await startPeer({
      certificates,
      routes: (router) => router.service(AuthService, { ping: () => ({}) }),
    });

    const connection = await open(peer.address);
    closeAfterTest(() => connection.close());
    await createClient(AuthService, connection.transport).ping({});

    const sent = peer.sockets[0]?.getPeerCertificate(true);
    expect(sent?.subject.O).toBe('Admin');
    expect(sent?.issuerCertificate).toBeUndefined(); // the server trusts the user authority alone: what is here was sent
  });

  it('does not make the client trust any server', async () => {
    const other = await makeTestCertificates();
    const peer = await startPeer({ certificates: other, routes: () => undefined });

    await expect(open(peer.address)).rejects.toMatchObject({ cause: { failure: 'server_certificate' } });
  });
});

describe('verifyIssuedCertificate', () => {
  const verify = (changes: { pem?: string; roots?: string[]; serverName?: string; now?: Date }) =>
    verifyIssuedCertificate(new X509Certificate(changes.pem ?? certificates.server.certPem), {
      authorities: (changes.roots ?? [certificates.hostCaPem]).map((pem) => new X509Certificate(pem)),
      serverName: changes.serverName ?? clusterHostname('example.test'),
      now: changes.now ?? new Date(),
    });

  it('accepts a certificate of a root for the name asked for', () => {
    expect(verify({})).toBeUndefined();
  });

  it('refuses another authority, another name, another time', () => {
    expect(verify({ roots: [certificates.userCaPem] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(verify({ roots: [] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(verify({ serverName: 'elsewhere.example.com' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(verify({ now: new Date('2000-01-01') })).toBeDefined();
    expect(verify({ now: new Date('2100-01-01') })).toBeDefined();
  });

  it('refuses a certificate that trusts in itself', () => {
    const leaf = certificates.server.certPem;

    expect(verify({ pem: leaf, roots: [leaf] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('refuses an authority of the same name with another key', async () => {
    const other = await makeTestCertificates();

    expect(verify({ roots: [other.hostCaPem] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});
