import { constants } from 'node:crypto';
import { createSecureServer, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Code } from '@connectrpc/connect';
import type { Caller } from '../auth/caller.js';
import { callerOf } from '../auth/client-certificate.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { endSession, type GrpcHandler, isGrpc, refuseCall } from './grpc.js';
import { type Answer, failureOf, type ServerRequest, type ServerResponse, send } from './http.js';

export const HANDSHAKE_TIMEOUT_MS = 15_000;
const MAX_CONCURRENT_STREAMS = 1000;

/** Serves requests that are not gRPC. May throw ClusterError. */
export type RestHandler = (request: ServerRequest, caller: Caller) => Answer;

export interface KeyPair {
  certPem: string;
  keyPem: string;
}

/** A TLS server without a port of its own: it is handed its connections. */
export interface ConnectionServer {
  accept(socket: Socket): void;
}

/**
 * The auth service's TLS side: gRPC over HTTP/2, REST over either HTTP.
 * A client certificate is asked for but not required; who it belongs to is decided once per connection.
 */
export function createAuthServer(options: {
  state: ClusterState;
  certificate: KeyPair;
  grpc: GrpcHandler;
  rest: RestHandler;
}): ConnectionServer {
  const { state, certificate, grpc, rest } = options;
  const callers = new WeakMap<object, Caller | ClusterError>();
  const server = createSecureServer(
    {
      cert: certificate.certPem,
      key: certificate.keyPem,
      requestCert: true,
      // Verified by callerOf: by the cluster's clock and rules, and anonymous callers are welcome.
      rejectUnauthorized: false,
      // With the authorities here OpenSSL would verify too, and hide whether more than one certificate was sent.
      ca: [],
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_TICKET,
      allowHTTP1: true,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS },
    },
    (request: ServerRequest, response: ServerResponse) => {
      const caller = connectionCaller(request);
      if (caller instanceof ClusterError) {
        if (isGrpc(request)) refuseCall(response as Http2ServerResponse, Code.PermissionDenied, caller.message);
        else send(response, failureOf(caller, request, state.log));
        endSession(request);
      } else if (isGrpc(request)) grpc(request, response as Http2ServerResponse, caller);
      else send(response, answer(request, caller));
    },
  );
  server.on('sessionError', () => undefined); // a peer that breaks the protocol ends its own session

  function connectionCaller(request: ServerRequest): Caller | ClusterError {
    const connection = 'stream' in request ? (request.stream.session ?? request.stream) : request.socket;
    let caller = callers.get(connection);
    if (caller === undefined) {
      caller = identify(request.socket as TLSSocket, state);
      callers.set(connection, caller);
    }
    return caller;
  }

  function answer(request: ServerRequest, caller: Caller): Answer {
    try {
      return rest(request, caller);
    } catch (error) {
      return failureOf(error, request, state.log);
    }
  }

  return { accept: (socket) => server.emit('connection', socket) };
}

function identify(socket: TLSSocket, state: ClusterState): Caller | ClusterError {
  const { authorities, clusterName, clock } = state;
  try {
    return callerOf(socket, { authorities, clusterName, now: clock() });
  } catch (error) {
    const refusal =
      error instanceof ClusterError ? error : new ClusterError('AccessDenied', 'access denied', { cause: error });
    state.log('warn', `a connection from ${socket.remoteAddress} was refused`, refusal.cause);
    return refusal;
  }
}
