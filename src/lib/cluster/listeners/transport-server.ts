import { createServer } from 'node:tls';
import { Code } from '@connectrpc/connect';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { type ConnectionServer, HANDSHAKE_TIMEOUT_MS, type KeyPair } from './auth-server.js';
import { isGrpc, refuseCall } from './grpc.js';
import type { GrpcHandler } from './grpc-call.js';
import { IDLE_TIMEOUT_MS, serveHttp2 } from './http2-session.js';
import { identifyPeer, isKnown } from './peer.js';
import { TRANSPORT_ALPN } from './proxy-router.js';

/** Each call is a connection to the auth service. */
const MAX_CONCURRENT_STREAMS = 100;

/** The proxy's gRPC side for clients that show a certificate of the cluster (transport §5.5). */
export function createTransportServer(
  state: ClusterState,
  { certPem, keyPem }: KeyPair,
  grpc: GrpcHandler,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
): ConnectionServer {
  const server = createServer(
    {
      cert: certPem,
      key: keyPem,
      requestCert: true,
      rejectUnauthorized: false, // verified by identifyPeer, by the cluster's clock and rules
      ca: [],
      minVersion: 'TLSv1.2',
      ALPNProtocols: [TRANSPORT_ALPN],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (socket) => {
      const peer = identifyPeer(socket, state);
      const limits = {
        maxConcurrentStreams: MAX_CONCURRENT_STREAMS,
        idleTimeoutMs: isKnown(peer) ? undefined : idleTimeoutMs,
      };
      serveHttp2(socket, limits, (stream, headers) => {
        if (!isGrpc(headers)) stream.respond({ ':status': 404 }, { endStream: true });
        else if (peer instanceof ClusterError) refuseCall(stream, Code.PermissionDenied, peer.message, {});
        else grpc(stream, headers, peer);
      });
    },
  );
  return { accept: (socket) => server.emit('connection', socket) };
}
