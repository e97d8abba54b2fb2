import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Code, createServiceImplSpec } from '@connectrpc/connect';
import { createMethodUrl, validateUniversalHandlerOptions } from '@connectrpc/connect/protocol';
import { parseContentType } from '@connectrpc/connect/protocol-grpc';
import { compressionGzip } from '@connectrpc/connect-node';
import type { ServiceRegistry } from '../services/guard.js';
import type { ClusterState } from '../state.js';
import { createCallLimits } from './call-limits.js';
import { errorInterceptor } from './error-interceptor.js';
import { type GrpcHandler, sendStatus } from './grpc-call.js';
import { streamingHandler } from './grpc-streaming.js';
import { unaryHandler } from './grpc-unary.js';
import { acceptsClientVersion } from './version.js';

/** The limit of the reference implementation, both ways. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/grpc') ?? false;
}

/**
 * Hands HTTP/2 streams to the methods of the services. Connect's own adapter goes through Node's HTTP/1-like layer, which
 * takes a tenth more time for each call, and writes failures to the console.
 */
export function createGrpcHandler(
  { clock, log, serverVersion }: Pick<ClusterState, 'clock' | 'log' | 'serverVersion'>,
  registerServices: (registry: ServiceRegistry) => void,
): GrpcHandler {
  const methods = new Map<string, GrpcHandler>();
  const isAllowed = createCallLimits(clock);
  const ownHeaders = { version: serverVersion };
  const options = {
    ...validateUniversalHandlerOptions({
      readMaxBytes: MAX_MESSAGE_BYTES,
      acceptCompression: [compressionGzip],
      interceptors: [errorInterceptor(log)],
    }),
    log,
    ownHeaders,
  };
  registerServices({
    service(description, implementation) {
      for (const spec of Object.values(createServiceImplSpec(description, implementation).methods)) {
        const handler = spec.kind === 'unary' ? unaryHandler(spec, options) : streamingHandler(spec, options);
        methods.set(createMethodUrl('/', spec.method), handler);
      }
    },
  });

  return (stream, headers, peer) => {
    const path = headers[':path'] ?? '';
    const method = methods.get(path);
    if (!acceptsClientVersion(serverVersion, firstValue(headers.version))) {
      refuseCall(stream, Code.PermissionDenied, 'access denied: the client version is unsupported', ownHeaders);
      stream.session?.close();
    } else if (method === undefined) refuseCall(stream, Code.Unimplemented, `unknown method ${path}`, ownHeaders);
    else if (!isAllowed(path, peer.address)) {
      refuseCall(stream, Code.ResourceExhausted, 'rate limit exceeded', ownHeaders);
    } else if (headers[':method'] !== 'POST') sendStatus(stream, 405, ownHeaders);
    else if (parseContentType(headers['content-type'] ?? null) === undefined) sendStatus(stream, 415, ownHeaders);
    else method(stream, headers, peer);
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

function firstValue(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
