import { performServerHandshake } from 'node:http2';
import { createServer } from 'node:tls';
import { formatHostPort } from '../../util/host-port.js';
import { type ConnectionServer, HANDSHAKE_TIMEOUT_MS, IDLE_TIMEOUT_MS, type KeyPair } from './auth-server.js';
import { isGrpc } from './grpc.js';
import type { GrpcHandler } from './grpc-call.js';
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
      const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS } });
      session.on('error', () => session.destroy()); // a peer that breaks the protocol ends its own session
      session.setTimeout(idleTimeoutMs, () => session.destroy());
      session.on('stream', (stream, headers) => {
        stream.on('error', () => undefined); // the other end is gone, or learns of it
        if (isGrpc(headers)) grpc(stream, headers, { caller: { kind: 'anonymous' }, address });
        else stream.respond({ ':status': 404 }, { endStream: true });
      });
    },
  );
  server.on('tlsClientError', () => undefined); // a peer that breaks the protocol ends its own connection
  return { accept: (socket) => server.emit('connection', socket) };
}
