import { setImmediate } from 'node:timers/promises';

import { create } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type ServiceImpl } from '@connectrpc/connect';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService } from '../../../src/lib/gen/proto/join_service_pb.js';
import { type ConnectionOptions, openConnection } from '../../../src/lib/transport/index.js';
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

type AuthHandlers = Partial<ServiceImpl<typeof AuthService>>;

const serve = (handlers: AuthHandlers): Promise<Peer> =>
  startPeer({ certificates, routes: (router) => router.service(AuthService, handlers) });

async function open(address: string, options: Partial<ConnectionOptions> = {}) {
  const connection = await openConnection({
    addresses: [address],
    clusterName: 'example.test',
    tls: { ...certificates.user, caPems: [certificates.hostCaPem] },
    credential: 'identity file admin.pem (alice)',
    webRoots: async () => [],
    metadata: { version: '18.2.3', userAgent: 'tctl/18.2.3 test' },
    ...options,
  });
  closeAfterTest(() => connection.close());
  return { connection, auth: createClient(AuthService, connection.transport) };
}

const failure = (call: Promise<unknown>): Promise<ConnectError> =>
  call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: unknown) => ConnectError.from(error),
  );

describe('calls', () => {
  it('carry a unary call, with the metadata that servers look at', async () => {
    let seen: Headers | undefined;
    const peer = await serve({
      ping: (_request, context) => {
        seen = context.requestHeader;
        context.responseHeader.set('version', '18.0.0');
        return { clusterName: 'example.test' };
      },
    });
    const { auth } = await open(peer.address);

    let version: string | null = null;
    const answer = await auth.ping({}, { onHeader: (header) => (version = header.get('version')) });

    expect(answer.clusterName).toBe('example.test');
    expect(version).toBe('18.0.0');
    expect(seen?.get('version')).toBe('18.2.3');
    expect(seen?.get('user-agent')).toBe('tctl/18.2.3 test');
    expect(seen?.get('te')).toBe('trailers');
    expect(seen?.get('content-type')).toBe('application/grpc+proto');
  });

  it('present the client certificate', async () => {
    const peer = await serve({ ping: () => ({}) });
    const { auth } = await open(peer.address);

    await auth.ping({});

    expect(peer.sockets[0]?.authorized).toBe(true);
    expect(peer.sockets[0]?.getPeerCertificate().subject.CN).toBe('alice');
  });

  it('share one TLS connection, however many run at once', async () => {
    const peer = await serve({ getRole: async ({ name }) => ({ kind: 'role', metadata: { name } }) });
    const { auth } = await open(peer.address);

    const roles = await Promise.all(Array.from({ length: 200 }, (_, i) => auth.getRole({ name: `role-${i}` })));

    expect(roles.map((role) => role.metadata?.name)).toEqual(Array.from({ length: 200 }, (_, i) => `role-${i}`));
    expect(peer.sockets).toHaveLength(1);
  });

  it('read a server stream to its end', async () => {
    const peer = await serve({
      async *getCurrentUserRoles() {
        for (let i = 0; i < 500; i++)
          yield { kind: 'role', metadata: { name: `role-${i}`, description: 'x'.repeat(5_000) } };
      },
    });
    const { auth } = await open(peer.address);

    const names: string[] = [];
    for await (const role of auth.getCurrentUserRoles({})) names.push(role.metadata?.name ?? '');

    expect(names).toHaveLength(500);
    expect(names[499]).toBe('role-499');
  });

  it('tell the server when the reader of a stream stops early', async () => {
    let ended: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => (ended = resolve));
    const peer = await serve({
      async *getCurrentUserRoles(_request, context) {
        context.signal.addEventListener('abort', () => ended?.());
        while (!context.signal.aborted) {
          yield { kind: 'role' };
          await setImmediate();
        }
      },
    });
    const { auth } = await open(peer.address);
    const abort = new AbortController();

    for await (const _role of auth.getCurrentUserRoles({}, { signal: abort.signal })) break;
    abort.abort();

    await stopped;
  });

  it('carry both directions of a stream at once', async () => {
    const peer = await startPeer({
      certificates,
      routes: (router) =>
        router.service(JoinService, {
          async *registerUsingBoundKeypairMethod(requests) {
            for await (const request of requests)
              yield {
                response: {
                  case: 'challenge' as const,
                  value: { challenge: request.payload.case === 'challengeResponse' ? 'second' : 'first' },
                },
              };
          },
        }),
    });
    const { connection } = await open(peer.address);
    const join = createClient(JoinService, connection.transport);
    const heard: string[] = [];
    let next: (() => void) | undefined;
    async function* ask() {
      yield { payload: { case: 'init' as const, value: {} } };
      await new Promise<void>((resolve) => (next = resolve)); // the second question waits for the first answer
      yield { payload: { case: 'challengeResponse' as const, value: {} } };
    }

    for await (const answer of join.registerUsingBoundKeypairMethod(ask())) {
      heard.push(answer.response.case === 'challenge' ? answer.response.value.challenge : '');
      next?.();
    }

    expect(heard).toEqual(['first', 'second']);
  });
});

describe('failures of calls', () => {
  it('give status and message of the trailers', async () => {
    const peer = await serve({
      getToken: () => {
        throw new ConnectError('token "x" \n\tnot found ✓', Code.NotFound);
      },
    });
    const { auth } = await open(peer.address);

    const error = await failure(auth.getToken({ name: 'x' }));

    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe('token "x" \n\tnot found ✓');
  });

  it('give status and message of an answer that is nothing but trailers', async () => {
    const peer = await startPeer({
      certificates,
      onStream: (stream) =>
        stream.respond(
          {
            ':status': 200,
            'content-type': 'application/grpc',
            'grpc-status': '7',
            'grpc-message': 'access denied%20to x',
          },
          { endStream: true },
        ),
    });
    const { auth } = await open(peer.address);

    for (const call of [auth.getToken({ name: 'x' }), auth.getCurrentUserRoles({})[Symbol.asyncIterator]().next()]) {
      const error = await failure(call);
      expect(error.code).toBe(Code.PermissionDenied);
      expect(error.rawMessage).toBe('access denied to x');
    }
  });

  it('treat an answer of something that speaks no gRPC as a failure', async () => {
    const peer = await startPeer({
      certificates,
      onStream: (stream) => {
        stream.respond({ ':status': 404, 'content-type': 'text/html' });
        stream.end('<html>');
      },
    });
    const { auth } = await open(peer.address);

    expect((await failure(auth.ping({}))).code).toBe(Code.Unimplemented);
  });

  it('end at the deadline of a call, or of the connection', async () => {
    const peer = await startPeer({ certificates, onStream: () => undefined });
    const { auth } = await open(peer.address, { timeoutMs: 50 });

    expect((await failure(auth.ping({}, { timeoutMs: 20 }))).code).toBe(Code.DeadlineExceeded);
    expect((await failure(auth.upsertLock({}))).code).toBe(Code.DeadlineExceeded);
  });

  it('end when the caller gives up, and the server hears of it', async () => {
    let closed: Promise<number> | undefined;
    const abort = new AbortController();
    const peer = await startPeer({
      certificates,
      onStream: (stream) => {
        closed = new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode)));
        abort.abort();
      },
    });
    const { auth } = await open(peer.address);

    const error = await failure(auth.ping({}, { signal: abort.signal }));

    expect(error.code).toBe(Code.Canceled);
    await closed;
  });

  it('refuse a message above the limit, and leave the connection usable', async () => {
    const peer = await serve({
      getToken: ({ name }) => ({ metadata: { name, description: 'x'.repeat(name === 'big' ? 10_000 : 10) } }),
    });
    const { auth } = await open(peer.address, { maxReceiveBytes: 5_000 });

    expect((await failure(auth.getToken({ name: 'big' }))).code).toBe(Code.ResourceExhausted);
    expect((await auth.getToken({ name: 'small' })).metadata?.name).toBe('small');
    expect(peer.sockets).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  /** The first stream of the first connection meets `end`; all others are answered. */
  async function losingPeer(end: 'goaway' | 'drop'): Promise<Peer & { paths: string[] }> {
    const paths: string[] = [];
    const peer = await startPeer({
      certificates,
      onStream: (stream, headers, session) => {
        paths.push(String(headers[':path']));
        if (paths.length > 1) return answerEmpty(stream);
        if (end === 'drop') return void peer.sockets.at(-1)?.destroy();
        session.goaway(http2ErrorCode, 0);
        session.destroy();
      },
    });
    return { ...peer, paths };
  }
  const http2ErrorCode = 2; // INTERNAL_ERROR

  function answerEmpty(stream: import('node:http2').ServerHttp2Stream): void {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5)); // an empty message
  }

  it.each(['goaway', 'drop'] as const)('(%s) has a read sent once more on a fresh connection', async (end) => {
    const peer = await losingPeer(end);
    const { auth } = await open(peer.address);

    await auth.getToken({ name: 'x' });

    expect(peer.paths).toEqual(['/proto.AuthService/GetToken', '/proto.AuthService/GetToken']);
    expect(peer.sockets).toHaveLength(2);
  });

  it.each(['goaway', 'drop'] as const)('(%s) has a write fail, and never sends it twice', async (end) => {
    const peer = await losingPeer(end);
    const { auth } = await open(peer.address);

    const error = await failure(auth.upsertLock({}));

    expect(error.code).toBe(Code.Unavailable);
    expect(error.cause).toMatchObject({ code: 'connection_lost' });
    expect(await auth.deleteLock({ name: 'x' })).toEqual(create(EmptySchema)); // the next call is served again
    expect(peer.paths).toEqual(['/proto.AuthService/UpsertLock', '/proto.AuthService/DeleteLock']);
  });

  it('fails a read when the second try is lost too', async () => {
    const paths: unknown[] = [];
    const peer = await startPeer({
      certificates,
      onStream: (_stream, headers) => {
        paths.push(headers[':path']);
        peer.sockets.at(-1)?.destroy();
      },
    });
    const { auth } = await open(peer.address);

    expect((await failure(auth.getTokens({}))).code).toBe(Code.Unavailable);
    expect(paths).toHaveLength(2);
  });

  it('does not repeat a call that the server answered with "unavailable"', async () => {
    let calls = 0;
    const peer = await serve({
      getTokens: () => {
        calls++;
        throw new ConnectError('backend is away', Code.Unavailable);
      },
    });
    const { auth } = await open(peer.address);

    expect((await failure(auth.getTokens({}))).rawMessage).toBe('backend is away');
    expect(calls).toBe(1);
  });
});
