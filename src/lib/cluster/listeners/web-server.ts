import { createSecureServer } from 'node:http2';
import type { ConnectionServer, KeyPair } from './auth-server.js';
import { HANDSHAKE_TIMEOUT_MS } from './auth-server.js';
import type { HttpResponse, WebRequest } from './http.js';

/**
 * Clients find out with this protocol whether something in front of the proxy keeps TLS routing from working
 * (transport §5.5): it has to be negotiated. Nothing speaks it here, so such a connection ends after the handshake.
 */
const REVERSE_TUNNEL_ALPN = 'teleport-reversetunnel';

/** The proxy's HTTPS side. */
export function createWebServer(
  certificate: KeyPair,
  handle: (request: WebRequest, response: HttpResponse) => void,
): ConnectionServer {
  const server = createSecureServer(
    {
      cert: certificate.certPem,
      key: certificate.keyPem,
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      ALPNProtocols: ['h2', 'http/1.1', REVERSE_TUNNEL_ALPN],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    handle,
  );
  server.on('unknownProtocol', (socket) => socket.destroy());
  server.on('sessionError', () => undefined); // a peer that breaks the protocol ends its own session
  return { accept: (socket) => server.emit('connection', socket) };
}
