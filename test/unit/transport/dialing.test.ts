import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { ConnectFailedError, type ConnectionOptions, openConnection } from '../../../src/lib/transport/index.js';
import { describeDialError } from '../../../src/lib/transport/tls-dial.js';
import { clusterHostname } from '../../../src/lib/util/cluster-hostname.js';
import {
  closeAfterTest,
  closePeersAfterEach,
  makeTestCertificates,
  type Peer,
  startPeer,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

async function open(addresses: string[], options: Partial<ConnectionOptions> = {}) {
  const connection = await openConnection({
    addresses,
    clusterName: 'example.test',
    tls: { ...certificates.user, caPems: [certificates.hostCaPem] },
    credential: 'identity file admin.pem (alice)',
    webRoots: async () => [],
    metadata: { version: '18.2.3', userAgent: 'test' },
    ...options,
  });
  closeAfterTest(() => connection.close());
  return connection;
}

async function failure(addresses: string[], options: Partial<ConnectionOptions> = {}): Promise<ConnectFailedError> {
  try {
    await open(addresses, options);
  } catch (error) {
    if (error instanceof ConnectFailedError) return error;
    throw error;
  }
  throw new Error('the connection was opened');
}

const servePing = (from: TestCertificates = certificates): Promise<Peer> =>
  startPeer({
    certificates: from,
    routes: (router) => router.service(AuthService, { ping: () => ({ clusterName: from.clusterName }) }),
  });

async function listen(server: Server): Promise<string> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterTest(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('openConnection', () => {
  it('offers the name by which a proxy finds the auth service, and h2', async () => {
    const peer = await servePing();

    const connection = await open([peer.address]);

    expect(peer.offeredAlpn).toEqual([[`teleport-auth@${clusterHostname('example.test')}`, 'h2']]);
    expect(connection.address).toBe(peer.address);
  });

  it('verifies a cluster whose name in hex is longer than a DNS label', async () => {
    const clusterName = `${'a'.repeat(40)}.example.test`;
    const long = await makeTestCertificates(clusterName);
    const peer = await servePing(long);

    await expect(
      open([peer.address], { clusterName, tls: { ...long.user, caPems: [long.hostCaPem] } }),
    ).resolves.toBeDefined();
  });

  it('takes the next address when one does not answer', async () => {
    const peer = await servePing();
    const closed = createServer();
    const nobody = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const lines: string[] = [];

    const connection = await open([nobody, peer.address], { trace: (line) => lines.push(line) });

    expect(connection.address).toBe(peer.address);
    expect(lines.join('\n')).toContain(`${nobody}: nothing listens there`);
  });

  it('tells what the server said that answered, not that another address is silent', async () => {
    const peer = await servePing(await makeTestCertificates());
    const closed = createServer();
    const nobody = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));

    expect(await failure([nobody, peer.address, nobody])).toMatchObject({ address: peer.address });
    expect(await failure([nobody])).toMatchObject({ address: nobody });
  });

  it('names address, route, credential and cause in one line', async () => {
    const closed = createServer();
    const nobody = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));

    const error = await failure([nobody]);

    expect(error.message).toBe(
      `cannot reach cluster example.test at ${nobody} directly with identity file admin.pem (alice): nothing listens there (connection refused)`,
    );
    expect(error).toMatchObject({
      code: 'connect_failed',
      address: nobody,
      route: 'direct',
      credential: 'identity file admin.pem (alice)',
    });
    expect(error.hint).toContain('3025');
    expect(error.cause).toMatchObject({ failure: 'refused' });
  });

  it('refuses a server of another authority, and names the one it met', async () => {
    const other = await makeTestCertificates('other.test');
    const address = await servePage(other, {});

    const error = await failure([address]);

    expect(error.cause).toMatchObject({ failure: 'server_certificate' });
    expect(error.message).toContain('issued by other.test');
    expect(error.hint).toContain('--ca-file');
  });

  it('tells an authority of the same cluster that has changed', async () => {
    const anew = await makeTestCertificates();
    const peer = await servePing(anew);

    expect((await failure([peer.address])).hint).toContain('Get new credentials');
  });

  it('refuses a certificate of the right authority with the wrong name', async () => {
    const named = await makeTestCertificates('example.test', ['somewhere.example.com']);
    const peer = await servePing(named);

    const error = await failure([peer.address], { tls: { ...named.user, caPems: [named.hostCaPem] } });

    expect(error.message).toContain('is for somewhere.example.com');
    expect(error.message).toContain(`not for ${clusterHostname('example.test')}`);
  });

  it('accepts both when told to be insecure', async () => {
    const peer = await servePing(await makeTestCertificates('other.test', ['somewhere.example.com']));

    await expect(open([peer.address], { insecure: true })).resolves.toBeDefined();
  });

  it('tells a server without TLS from one with', async () => {
    const plain = createServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-Teleport\r\n'));
    const address = await listen(plain);

    expect((await failure([address])).cause).toMatchObject({ failure: 'not_tls' });
  });

  it('tells a TLS server that offers no auth service', async () => {
    const { certPem: cert, keyPem: key } = certificates.server;
    const server = createTlsServer({ cert, key, ALPNProtocols: ['http/1.1'] });
    server.on('tlsClientError', () => undefined);
    const address = await listen(server);

    expect((await failure([address])).cause).toMatchObject({ failure: 'alpn_refused' });
  });

  it('gives up on a server that accepts and stays silent', async () => {
    const address = await listen(createServer((socket) => socket.on('error', () => undefined)));

    expect((await failure([address], { dialTimeoutMs: 50 })).cause).toMatchObject({ failure: 'timed_out' });
  });

  it.each([
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
  ])('takes the alert %s for a refused client certificate', (code) => {
    // Node's own TLS servers send no such alert; the peer tests meet it.
    expect(describeDialError(Object.assign(new Error('alert'), { code }), 'here:1')).toMatchObject({
      failure: 'client_certificate',
    });
  });

  it('recognises the proxy of another cluster by its web API', async () => {
    const other = await makeTestCertificates('other.test', ['localhost']);
    const address = await servePage(other, { cluster_name: 'other.test', proxy: { tls_routing_enabled: true } });

    const error = await failure([address.replace('127.0.0.1', 'localhost')], {
      webRoots: async () => [other.hostCaPem],
    });

    expect(error.route).toBe('proxy');
    expect(error.message).toContain('this is the proxy of cluster other.test');
  });

  it('recognises a proxy that does not pass TLS on', async () => {
    const web = await makeTestCertificates('web', ['localhost']);
    const address = await servePage(web, { cluster_name: 'example.test', proxy: { tls_routing_enabled: false } });

    const error = await failure([address.replace('127.0.0.1', 'localhost')], { webRoots: async () => [web.hostCaPem] });

    expect(error.message).toContain('does not route TLS');
    expect(error.hint).toContain('3025');
  });
});

describe('restGet', () => {
  it('asks over HTTP/1.1 with the same identity', async () => {
    const { certPem: cert, keyPem: key } = certificates.server;
    const { createServer: createHttpsServer } = await import('node:https');
    let seen: { subject?: string; host?: string } = {};
    const server = createHttpsServer(
      { cert, key, ca: certificates.userCaPem, requestCert: true, ALPNProtocols: ['h2', 'http/1.1'] },
      (request, response) => {
        const socket = request.socket as import('node:tls').TLSSocket;
        seen = { subject: String(socket.getPeerCertificate().subject.CN), host: request.headers.host };
        response.end(JSON.stringify([request.url]));
      },
    );
    const address = await listen(server);
    const connection = await open([address]);

    expect(await connection.restGet('/v2/proxies')).toEqual({ status: 200, body: '["/v2/proxies"]' });
    expect(seen).toEqual({ subject: 'alice', host: 'teleport.cluster.local' });
  });
});

/** A web server with this answer to every request. */
async function servePage(from: TestCertificates, page: object): Promise<string> {
  const { createServer: createHttpsServer } = await import('node:https');
  const { certPem: cert, keyPem: key } = from.server;
  const server = createHttpsServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (_request, response) =>
    response.end(JSON.stringify(page)),
  );
  server.on('tlsClientError', () => undefined);
  return listen(server);
}
