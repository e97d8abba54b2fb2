import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net';

import { createClient } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { openTunnel } from '../../../src/lib/transport/http-proxy.js';
import { chooseHttpProxy, openConnection } from '../../../src/lib/transport/index.js';
import { closeAfterTest, closePeersAfterEach, makeTestCertificates, startPeer } from '../../helpers/grpc-peer.js';

closePeersAfterEach();

describe('chooseHttpProxy', () => {
  const target = { host: 'auth.example.com', port: 3025 };
  const choose = (env: Record<string, string>, to = target) => chooseHttpProxy(env, to)?.href;

  it('takes HTTPS_PROXY before HTTP_PROXY, in either case, with http as the default scheme', () => {
    expect(choose({ HTTP_PROXY: 'http://b:1', https_proxy: 'http://a:1' })).toBe('http://a:1/');
    expect(choose({ http_proxy: 'b:3128' })).toBe('http://b:3128/');
    expect(choose({})).toBeUndefined();
    expect(choose({ HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '::1'])('leaves %s alone', (host) => {
    expect(choose({ HTTPS_PROXY: 'http://a:1' }, { host, port: 3025 })).toBeUndefined();
  });

  it('takes a name that only looks like an address of this machine for what it is', () => {
    expect(choose({ HTTPS_PROXY: 'http://a:1' }, { host: '127.example.com', port: 443 })).toBe('http://a:1/');
    expect(choose({ HTTPS_PROXY: 'http://a:1' }, { host: 'LocalHost', port: 443 })).toBeUndefined();
  });

  it.each([
    ['*', true],
    ['example.com', true],
    ['.example.com', true],
    ['*.example.com', true],
    ['other.org, AUTH.example.com', true],
    ['auth.example.com:3025', true],
    ['auth.example.com:443', false],
    ['ample.com', false],
    ['10.0.0.0/8', false],
    ['', false],
  ])('with NO_PROXY=%j covers auth.example.com:3025: %s', (noProxy, covered) => {
    expect(choose({ HTTPS_PROXY: 'http://a:1', NO_PROXY: noProxy })).toBe(covered ? undefined : 'http://a:1/');
  });

  it('knows addresses and networks in NO_PROXY', () => {
    const env = {
      HTTPS_PROXY: 'http://a:1',
      NO_PROXY: '10.1.2.3,192.168.0.0/16,fd00::/8,[fdaa:0::1]:1,nonsense/99,0.0.0.0/,::/',
    };
    const covered = (host: string) => choose(env, { host, port: 1 }) === undefined;

    expect(['10.1.2.3', '192.168.7.7', 'fd00::7', 'fdaa::1'].map(covered)).toEqual([true, true, true, true]);
    expect(['10.1.2.4', '192.169.0.1', 'fe80::1'].map(covered)).toEqual([false, false, false]);
  });

  it('refuses a kind of proxy that it cannot use, without repeating its password', () => {
    expect(() => choose({ HTTPS_PROXY: 'socks5://user:secret@a:1' })).toThrow(/socks5/);
    expect(() => choose({ HTTPS_PROXY: 'socks5://user:secret@a:1' })).not.toThrow(/secret/);
  });

  it('refuses a login whose percent signs are no escapes, without repeating it', () => {
    expect(() => choose({ HTTPS_PROXY: 'http://user:sec%ret@a:1' })).toThrow(
      expect.objectContaining({ code: 'dial_failed', message: expect.not.stringContaining('sec') }),
    );
  });
});

describe('a connection through an HTTP proxy', () => {
  async function startProxy(answer: (request: IncomingMessage) => number) {
    const seen: { path?: string; login?: string }[] = [];
    const sockets = new Set<Socket>();
    const server = createServer();
    server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
    server.on('connect', (request, socket: Socket, head) => {
      seen.push({ path: request.url, login: request.headers['proxy-authorization'] });
      const status = answer(request);
      socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n`);
      if (status !== 200) return void socket.end();
      const [host, port] = String(request.url).split(':');
      const upstream = connectTcp(Number(port), host);
      upstream.on('error', () => socket.destroy());
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterTest(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return { url: new URL(`http://user:pass%20word@127.0.0.1:${(server.address() as AddressInfo).port}`), seen };
  }

  async function open(proxy: URL) {
    const certificates = await makeTestCertificates();
    const peer = await startPeer({
      certificates,
      routes: (router) => router.service(AuthService, { ping: () => ({ clusterName: 'example.test' }) }),
    });
    const connection = await openConnection({
      addresses: [peer.address],
      clusterName: 'example.test',
      tls: { ...certificates.user, caPems: [certificates.hostCaPem] },
      credential: 'identity file admin.pem',
      httpProxy: () => proxy,
      webRoots: async () => [],
      metadata: { version: '18.2.3', userAgent: 'test' },
    });
    closeAfterTest(() => connection.close());
    return { peer, connection };
  }

  it('is one CONNECT with the login, and TLS to the auth service inside', async () => {
    const proxy = await startProxy(() => 200);

    const { peer, connection } = await open(proxy.url);

    expect((await createClient(AuthService, connection.transport).ping({})).clusterName).toBe('example.test');
    expect(proxy.seen).toEqual([
      { path: peer.address, login: `Basic ${Buffer.from('user:pass word').toString('base64')}` },
    ]);
  });

  it('says that the proxy refused, without the password', async () => {
    const proxy = await startProxy(() => 407);

    const error: Error = await open(proxy.url).then(
      () => new Error('opened'),
      (reason: Error) => reason,
    );

    expect(error).toMatchObject({
      code: 'connect_failed',
      cause: { failure: 'http_proxy' },
      hint: expect.stringContaining('NO_PROXY'),
    });
    expect(error.message).toContain('HTTP 407');
    expect(error.message).not.toContain('pass');
  });

  it('closes the connection to a proxy that refused and would keep it open', async () => {
    const { target, sockets } = await startTcpServer((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n')),
    );

    await expect(openTunnel(target, { host: 'a', port: 1 }, { timeoutMs: 60_000 })).rejects.toMatchObject({
      failure: 'http_proxy',
    });
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  });

  it('gives up on a proxy that goes on sending without ever answering', async () => {
    const { target } = await startTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(timer));
    });

    await expect(openTunnel(target, { host: 'a', port: 1 }, { timeoutMs: 100 })).rejects.toMatchObject({
      failure: 'timed_out',
    });
  });

  /** A TCP server in the place of an HTTP proxy. */
  async function startTcpServer(serve: (socket: Socket) => void) {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterTest(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return { target: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), sockets };
  }
});
