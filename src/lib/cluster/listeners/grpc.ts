import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Code, type ConnectRouter, createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { type Caller, callerKey, remoteAddressKey } from '../auth/caller.js';
import type { ClusterState } from '../state.js';
import { errorInterceptor } from './error-interceptor.js';
import type { ServerRequest } from './http.js';
import { acceptsClientVersion } from './version.js';

/** The limit of the reference implementation, both ways. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Serves gRPC calls of one connection's caller. */
export type GrpcHandler = (request: Http2ServerRequest, response: Http2ServerResponse, caller: Caller) => void;

export function isGrpc(request: ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2 && (request.headers['content-type'] ?? '').startsWith('application/grpc');
}

export function createGrpcHandler(state: ClusterState, registerServices: (router: ConnectRouter) => void): GrpcHandler {
  const callers = new WeakMap<object, Caller>();
  const serve = connectNodeAdapter({
    routes: registerServices,
    connect: false,
    grpcWeb: false,
    readMaxBytes: MAX_MESSAGE_BYTES,
    interceptors: [errorInterceptor(state.log)],
    contextValues: (request) =>
      createContextValues()
        .set(callerKey, callers.get(request) ?? { kind: 'anonymous' })
        .set(remoteAddressKey, `${request.socket.remoteAddress}:${request.socket.remotePort}`),
    fallback: (request, response) =>
      refuseCall(response as Http2ServerResponse, Code.Unimplemented, `unknown method ${request.url}`),
  });

  return (request, response, caller) => {
    response.setHeader('version', state.serverVersion);
    if (!acceptsClientVersion(state.serverVersion, firstValue(request.headers.version))) {
      refuseCall(response, Code.PermissionDenied, 'access denied: the client version is unsupported');
      endSession(request);
      return;
    }
    callers.set(request, caller);
    try {
      serve(request, response);
    } catch (error) {
      // The adapter throws at once for a request without a sensible authority.
      state.log('warn', 'a call could not be read', error);
      refuseCall(response, Code.InvalidArgument, 'malformed request');
    }
  };
}

/** Answers a call with a status before any service sees it. */
export function refuseCall(response: Http2ServerResponse, code: Code, message: string): void {
  response.writeHead(200, { 'content-type': 'application/grpc' });
  response.addTrailers({ 'grpc-status': String(code), 'grpc-message': encodeURIComponent(message) });
  response.end();
}

/** Lets the answer out, then takes no further calls on this connection. */
export function endSession(request: ServerRequest): void {
  if ('stream' in request) request.stream.session?.close();
  else request.socket.end();
}

function firstValue(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
