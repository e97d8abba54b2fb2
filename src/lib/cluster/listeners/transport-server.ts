import { performServerHandshake } from 'node:http2';
import { createServer } from 'node:tls';
import { Code } from '@connectrpc/connect';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { type ConnectionServer, HANDSHAKE_TIMEOUT_MS, IDLE_TIMEOUT_MS, type KeyPair } from './auth-server.js';
import { isGrpc, refuseCall } from './grpc.js';
import type { GrpcHandler } from './grpc-call.js';
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
      const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS } });
      session.on('error', () => session.destroy()); // a peer that breaks the protocol ends its own session
      if (!isKnown(peer)) session.setTimeout(idleTimeoutMs, () => session.destroy());
      session.on('stream', (stream, headers) => {
        stream.on('error', () => undefined); // the other end is gone, or learns of it
        if (!isGrpc(headers)) stream.respond({ ':status': 404 }, { endStream: true });
        else if (peer instanceof ClusterError) refuseCall(stream, Code.PermissionDenied, peer.message, {});
        else grpc(stream, headers, peer);
      });
    },
  );
  server.on('tlsClientError', () => undefined); // a peer that breaks the protocol ends its own connection
  return { accept: (socket) => server.emit('connection', socket) };
}
