import { once } from 'node:events';
import {
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { compressionGzip, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callerKey, remoteAddressKey } from '../../../../src/lib/cluster/auth/caller.js';
import { createGrpcHandler } from '../../../../src/lib/cluster/listeners/grpc.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService } from '../../../../src/lib/gen/proto/join_service_pb.js';

const ROLES = 200;
const LONG_NAME = 'x'.repeat(10_000);
const ROLE_BYTES = 64 * 1024;

let server: Http2Server;
let sessions: Http2SessionManager;
let baseUrl: string;
let logged: unknown[];
/** Resolves when a handler saw the end of its call. */
let aborted: PromiseLike<unknown>;

beforeAll(async () => {
  const handle = createGrpcHandler(
    { clock: () => new Date(0), serverVersion: '18.2.3', log: (...entry) => logged.push(entry) },
    (router) => {
      router.service(AuthService, {
        ping: async (_request, { signal, requestHeader, values }) => {
          if (requestHeader.has('x-wait')) {
            aborted = once(signal, 'abort');
            waiting();
            await aborted;
          }
          return { clusterName: values.get(callerKey).kind, remoteAddr: values.get(remoteAddressKey) };
        },
        createTokenV2: () => ({}),
        changeUserAuthentication: () => ({}),
        getDomainName: () => ({ domainName: LONG_NAME }),
        async *getCurrentUserRoles() {
          for (let n = 0; n < ROLES; n++) yield { metadata: { name: String(n), description: 'x'.repeat(ROLE_BYTES) } };
        },
      });
      router.service(JoinService, {
        async *registerUsingBoundKeypairMethod(requests) {
          for await (const { payload } of requests) {
            if (payload.case !== 'challengeResponse') return;
            const challenge = new TextDecoder().decode(payload.value.solution);
            yield { response: { case: 'challenge', value: { challenge } } };
          }
        },
      });
    },
  );
  server = createServer().on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    handle(stream, headers, { caller: { kind: 'anonymous' }, address: '192.0.2.1:1234' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sessions = new Http2SessionManager(baseUrl);
});

afterAll(async () => {
  sessions.abort();
  await new Promise((resolve) => server.close(resolve));
});

let waiting: () => void = () => undefined;
let isWaiting: Promise<void>;
let auth: Client<typeof AuthService>;

beforeEach(() => {
  logged = [];
  isWaiting = new Promise((resolve) => {
    waiting = resolve;
  });
  auth = createClient(AuthService, createGrpcTransport({ baseUrl, sessionManager: sessions }));
});

/** One call as bytes: frames of a 1-byte flag and a 4-byte length before each message. */
async function rawCall(headers: OutgoingHttpHeaders, body: Uint8Array) {
  const session = connect(baseUrl);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/proto.AuthService/Ping',
    'content-type': 'application/grpc',
    ...headers,
  });
  let answer: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (received) => {
    answer = received;
  });
  stream.on('trailers', (received) => {
    trailers = received;
  });
  stream.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  session.close();
  return { answer, trailers, body: Buffer.concat(chunks) };
}

const EMPTY_MESSAGE = Uint8Array.of(0, 0, 0, 0, 0);

describe('the gRPC handler', () => {
  it.each([
    ['no message', {}, new Uint8Array(), Code.Unimplemented],
    ['a second message', {}, Buffer.concat([EMPTY_MESSAGE, EMPTY_MESSAGE]), Code.Unimplemented],
    ['half a message', {}, Uint8Array.of(0, 0, 0, 0, 9, 1), Code.InvalidArgument],
    ['what is no message', {}, Uint8Array.of(0, 0, 0, 0, 1, 255), Code.Internal],
    ['an unknown compression', { 'grpc-encoding': 'br' }, EMPTY_MESSAGE, Code.Unimplemented],
    ['a deadline that cannot be read', { 'grpc-timeout': 'soon' }, EMPTY_MESSAGE, Code.InvalidArgument],
  ])('refuses a call with %s', async (_what, headers, body, code) => {
    const { answer, trailers } = await rawCall(headers, body);

    expect(answer).toMatchObject({ ':status': 200, version: '18.2.3' });
    expect(trailers['grpc-status']).toBe(String(code));
  });

  it.each([
    ['another HTTP method', { ':method': 'PUT' }, 405],
    ['another protocol', { 'content-type': 'application/grpc-web' }, 415],
  ])('refuses %s', async (_what, headers, status) => {
    expect((await rawCall(headers, EMPTY_MESSAGE)).answer[':status']).toBe(status);
  });

  it('lets an address guess at secrets ten times, and more often after other calls', async () => {
    const guess = () => auth.changeUserAuthentication({});
    for (let count = 0; count < 10; count++) await guess();

    await expect(guess()).rejects.toMatchObject({ code: Code.ResourceExhausted, rawMessage: 'rate limit exceeded' });
    await auth.ping({});
    await expect(guess()).resolves.toBeDefined(); // as in the reference implementation
  });

  it('answers with one message and status 0 in the trailers', async () => {
    const { answer, trailers, body } = await rawCall({}, EMPTY_MESSAGE);

    expect(answer).toMatchObject({ 'content-type': 'application/grpc+proto', version: '18.2.3' });
    expect(body.readUInt8(0)).toBe(0);
    expect(body.readUInt32BE(1)).toBe(body.byteLength - 5);
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
  });

  it('compresses a long answer for a client that takes it', async () => {
    const headers = { 'grpc-accept-encoding': 'gzip', ':path': '/proto.AuthService/GetDomainName' };
    const { answer, body } = await rawCall(headers, EMPTY_MESSAGE);

    expect(answer['grpc-encoding']).toBe('gzip');
    expect(body.readUInt8(0)).toBe(1);
    expect(gunzipSync(body.subarray(5)).byteLength).toBeGreaterThan(LONG_NAME.length);
  });

  it('hands services the caller and where the call came from', async () => {
    expect(await auth.ping({})).toMatchObject({ clusterName: 'anonymous', remoteAddr: '192.0.2.1:1234' });
  });

  it('carries a long stream to a slow reader whole and in order', async () => {
    const names: string[] = [];
    for await (const role of auth.getCurrentUserRoles({})) names.push(role.metadata?.name ?? '');

    expect(names).toEqual(Array.from({ length: ROLES }, (_, n) => String(n)));
  });

  it('carries messages both ways within one call', async () => {
    const join = createClient(JoinService, createGrpcTransport({ baseUrl, sessionManager: sessions }));
    const answers: string[] = [];
    const questions = ['one', 'two', 'three'];
    async function* requests() {
      for (const question of questions) {
        const solution = new TextEncoder().encode(question);
        yield { payload: { case: 'challengeResponse' as const, value: { solution } } };
      }
    }
    for await (const { response } of join.registerUsingBoundKeypairMethod(requests())) {
      if (response.case === 'challenge') answers.push(response.value.challenge);
    }

    expect(answers).toEqual(questions);
  });

  it('refuses a message above 4 MiB and stays usable', async () => {
    const value = { metadata: { name: 'x'.repeat(5 * 1024 * 1024) } };

    await expect(auth.createTokenV2({ token: { case: 'v2', value } })).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
    expect(await auth.ping({})).toMatchObject({ clusterName: 'anonymous' });
    expect(logged).toEqual([]);
  });

  it('reads compressed messages', async () => {
    const transport = createGrpcTransport({
      baseUrl,
      sessionManager: sessions,
      sendCompression: compressionGzip,
      compressMinBytes: 0,
    });
    const value = { metadata: { name: 'x'.repeat(10_000) } };

    await createClient(AuthService, transport).createTokenV2({ token: { case: 'v2', value } });
  });

  it('ends a call at the deadline that the client named', async () => {
    await expect(auth.ping({}, { headers: { 'x-wait': '1' }, timeoutMs: 50 })).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
    });
    await aborted;
  });

  it('tells a service that the client gave the call up', async () => {
    const cancel = new AbortController();
    const call = auth.ping({}, { headers: { 'x-wait': '1' }, signal: cancel.signal });
    await isWaiting;
    cancel.abort();

    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
    await aborted;
    expect(logged).toEqual([]);
  });
});
