import { once } from 'node:events';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ContextValues,
  createConnectRouter,
  createContextValues,
} from '@connectrpc/connect';
import type { UniversalServerResponse } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import { callerKey, remoteAddressKey } from '../auth/caller.js';
import type { ClusterState } from '../state.js';
import { errorInterceptor } from './error-interceptor.js';
import type { Peer } from './peer.js';
import { acceptsClientVersion } from './version.js';

/** The limit of the reference implementation, both ways. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Stops what still works for a call when its stream is closed, by whichever side; made once, for errors are slow to make. */
const CALL_ENDED = new ConnectError('the call has ended', Code.Canceled);

/** Serves one gRPC call. */
export type GrpcHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer) => void;

export function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/grpc') ?? false;
}

/**
 * Hands HTTP/2 streams to connect's handlers. Connect's own adapter goes through Node's HTTP/1-like layer, which takes
 * a tenth more time for each call, and writes failures to the console.
 */
export function createGrpcHandler(
  state: Pick<ClusterState, 'log' | 'serverVersion'>,
  registerServices: (router: ConnectRouter) => void,
): GrpcHandler {
  const router = createConnectRouter({
    connect: false,
    grpcWeb: false,
    readMaxBytes: MAX_MESSAGE_BYTES,
    acceptCompression: [compressionGzip],
    interceptors: [errorInterceptor(state.log)],
  });
  registerServices(router);
  const methods = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  const ownHeaders = { version: state.serverVersion };

  return (stream, headers, peer) => {
    const path = headers[':path'] ?? '';
    const method = methods.get(path);
    if (!acceptsClientVersion(state.serverVersion, firstValue(headers.version))) {
      refuseCall(stream, Code.PermissionDenied, 'access denied: the client version is unsupported', ownHeaders);
      stream.session?.close();
    } else if (method === undefined) {
      refuseCall(stream, Code.Unimplemented, `unknown method ${path}`, ownHeaders);
    } else {
      const ended = new AbortController();
      const end = () => ended.abort(CALL_ENDED);
      stream.once('aborted', end).once('close', end); // `aborted` comes before whoever reads the stream learns of it
      method({
        httpVersion: '2.0',
        method: headers[':method'] ?? '',
        url: `https://auth${path}`,
        header: webHeaders(headers),
        body: stream.iterator({ destroyOnReturn: false }), // a refusal may come before everything was read
        signal: ended.signal,
        contextValues: contextOf(peer),
      })
        .then((response) => respond(stream, response, ownHeaders, ended.signal))
        .catch((error: unknown) => {
          if (!ended.signal.aborted) state.log('error', `answering ${path} failed`, error);
          stream.destroy();
        });
    }
  };
}

/** Answers a call with a status before any service sees it. */
export function refuseCall(stream: ServerHttp2Stream, code: Code, message: string, headers: OutgoingHttpHeaders): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': encodeURIComponent(message),
      ...headers,
    },
    { endStream: true },
  );
}

async function respond(
  stream: ServerHttp2Stream,
  { status, header, body, trailer }: UniversalServerResponse,
  ownHeaders: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<void> {
  const begin = () => {
    if (stream.headersSent || stream.destroyed) return;
    stream.once('wantTrailers', () => stream.sendTrailers(nodeHeaders(trailer)));
    stream.respond({ ':status': status, ...nodeHeaders(header), ...ownHeaders }, { waitForTrailers: true });
  };
  for await (const chunk of body ?? []) {
    begin(); // not before: the service may set headers until its first message
    if (stream.destroyed) return;
    if (!stream.write(chunk)) await once(stream, 'drain', { signal });
  }
  begin();
  stream.end();
}

function contextOf(peer: Peer): ContextValues {
  return createContextValues().set(callerKey, peer.caller).set(remoteAddressKey, peer.address);
}

function webHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.append(name, one);
  }
  return result;
}

function nodeHeaders(headers: Headers | undefined): OutgoingHttpHeaders {
  return headers === undefined ? {} : Object.fromEntries(headers.entries());
}

function firstValue(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
