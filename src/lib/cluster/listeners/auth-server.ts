import { constants } from 'node:crypto';
import { createServer as createHttp1Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Code } from '@connectrpc/connect';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { isGrpc, refuseCall } from './grpc.js';
import type { GrpcHandler } from './grpc-call.js';
import { type Answer, failureOf, type HttpRequest, send } from './http.js';
import { IDLE_TIMEOUT_MS, serveHttp2 } from './http2-session.js';
import { identifyPeer, isKnown, type Peer } from './peer.js';

export const HANDSHAKE_TIMEOUT_MS = 15_000;
/** Calls under way on one connection: as many as the real server allows, and what somebody unknown needs to join. */
const MAX_CONCURRENT_STREAMS = { known: 1000, unknown: 16 };

/** Serves requests that are not gRPC. May throw ClusterError. */
export type RestHandler = (request: HttpRequest, caller: Caller) => Answer;

export interface KeyPair {
  certPem: string;
  keyPem: string;
}

/** A TLS server without a port of its own: it is handed its connections. */
export interface ConnectionServer {
  accept(connection: Duplex): void;
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
  idleTimeoutMs?: number;
}): ConnectionServer {
  const { state, certificate, grpc, rest, idleTimeoutMs = IDLE_TIMEOUT_MS } = options;
  const peers = new WeakMap<Socket, Peer | ClusterError>();

  const answer = (request: HttpRequest, peer: Peer | ClusterError): Answer => {
    try {
      if (peer instanceof ClusterError) throw peer;
      return rest(request, peer.caller);
    } catch (error) {
      return failureOf(error, request, state.log);
    }
  };

  const http1 = createHttp1Server((request, response) => {
    const peer = peers.get(request.socket) ?? new ClusterError('AccessDenied', 'access denied');
    send(response, answer(request, peer));
  });
  http1.timeout = idleTimeoutMs;

  const serveCalls = (socket: TLSSocket, peer: Peer | ClusterError) => {
    const limits = isKnown(peer)
      ? { maxConcurrentStreams: MAX_CONCURRENT_STREAMS.known, idleTimeoutMs: undefined }
      : { maxConcurrentStreams: MAX_CONCURRENT_STREAMS.unknown, idleTimeoutMs };
    serveHttp2(socket, limits, (stream, headers) => {
      if (!isGrpc(headers)) {
        const { status, contentType, body } = answer({ method: headers[':method'], url: headers[':path'] }, peer);
        stream.respond({ ':status': status, 'content-type': contentType });
        stream.end(body);
      } else if (peer instanceof ClusterError) {
        refuseCall(stream, Code.PermissionDenied, peer.message, {});
        stream.session?.close();
      } else grpc(stream, headers, peer);
    });
  };

  const tls = createTlsServer(
    {
      cert: certificate.certPem,
      key: certificate.keyPem,
      requestCert: true,
      // Verified by identifyPeer: by the cluster's clock and rules, and anonymous callers are welcome.
      rejectUnauthorized: false,
      // With the authorities here OpenSSL would verify too, and hide whether more than one certificate was sent.
      ca: [],
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_TICKET,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (socket) => {
      const peer = identifyPeer(socket, state);
      if (socket.alpnProtocol === 'h2') return serveCalls(socket, peer);
      peers.set(socket, peer);
      http1.emit('connection', socket);
    },
  );
  return { accept: (socket) => tls.emit('connection', socket) };
}
