import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openJoin } from '../../../src/lib/client/join.js';
import { findCluster, openProxyWeb } from '../../../src/lib/client/proxy-web.js';
import { readServers } from '../../../src/lib/client/rest.js';
import { openConnection } from '../../../src/lib/transport/index.js';
import {
  closeAfterTest,
  closePeersAfterEach,
  makeTestCertificates,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

/** A server that hangs up on every request, after half an answer. */
async function startTearingServer() {
  const { certPem: cert, keyPem: key } = certificates.server;
  const hosts: (string | undefined)[] = [];
  const server = createHttpsServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (request, response) => {
    hosts.push(request.headers.host);
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setImmediate(() => response.destroy());
  });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterTest(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, hosts };
}

describe('a server that hangs up before its answer is complete', () => {
  it('is no place to join at, which an agent tries again', async () => {
    const { address } = await startTearingServer();
    const session = await openJoin({ kind: 'proxy', address }, { insecure: true, now: new Date() });

    await expect(session.signatureSuite()).rejects.toMatchObject({ code: 'join_unreachable' });
    await expect(session.registerUsingToken({})).rejects.toMatchObject({ code: 'join_unreachable' });
  });

  it('is a proxy that cannot be reached', async () => {
    const { address, hosts } = await startTearingServer();

    await expect(openProxyWeb(address, { insecure: true })).rejects.toMatchObject({ code: 'proxy_unreachable' });
    await expect(findCluster(address, { insecure: true })).rejects.toMatchObject({ code: 'proxy_unreachable' });
    expect(hosts).toEqual([address, address]);
  });

  it('is an auth service that is not available, when it is asked for its servers', async () => {
    const { address } = await startTearingServer();
    const connection = await openConnection({
      addresses: [address],
      clusterName: certificates.clusterName,
      tls: { ...certificates.user, caPems: [certificates.hostCaPem] },
      credential: 'identity file admin.pem',
      webRoots: async () => [],
      metadata: { version: '18.2.3', userAgent: 'test' },
    });
    closeAfterTest(() => connection.close());

    await expect(readServers(connection, 'proxy')).rejects.toMatchObject({
      code: 'unavailable',
      method: 'GET /v2/proxies',
    });
  });
});
