import { createServer } from 'node:tls';
import { formatHostPort } from '../../util/host-port.js';
import { type ConnectionServer, HANDSHAKE_TIMEOUT_MS, type KeyPair } from './auth-server.js';
import { isGrpc } from './grpc.js';
import type { GrpcHandler } from './grpc-call.js';
import { IDLE_TIMEOUT_MS, serveHttp2 } from './http2-session.js';
import { JOIN_ALPN } from './proxy-router.js';

/** Joiners need one call at a time. */
const MAX_CONCURRENT_STREAMS = 16;

/**
 * The proxy's gRPC side for joiners: no client certificate, so whatever joins here joins as somebody new (join §0.4).
 */
export function createJoinServer(
  { certPem, keyPem }: KeyPair,
  grpc: GrpcHandler,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
): ConnectionServer {
  const server = createServer(
    {
      cert: certPem,
      key: keyPem,
      minVersion: 'TLSv1.2',
      ALPNProtocols: [JOIN_ALPN],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (socket) => {
      const address = formatHostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
      serveHttp2(socket, { maxConcurrentStreams: MAX_CONCURRENT_STREAMS, idleTimeoutMs }, (stream, headers) => {
        if (isGrpc(headers)) grpc(stream, headers, { caller: { kind: 'anonymous' }, address });
        else stream.respond({ ':status': 404 }, { endStream: true });
      });
    },
  );
  return { accept: (socket) => server.emit('connection', socket) };
}
