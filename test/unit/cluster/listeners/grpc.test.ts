import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { compressionGzip, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callerKey, remoteAddressKey } from '../../../../src/lib/cluster/auth/caller.js';
import { createGrpcHandler } from '../../../../src/lib/cluster/listeners/grpc.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService } from '../../../../src/lib/gen/proto/join_service_pb.js';

const ROLES = 200;
const ROLE_BYTES = 64 * 1024;

let server: Http2Server;
let sessions: Http2SessionManager;
let baseUrl: string;
let logged: unknown[];
/** Resolves when a handler saw the end of its call. */
let aborted: PromiseLike<unknown>;

beforeAll(async () => {
  const handle = createGrpcHandler({ serverVersion: '18.2.3', log: (...entry) => logged.push(entry) }, (router) => {
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
  });
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

describe('the gRPC handler', () => {
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
