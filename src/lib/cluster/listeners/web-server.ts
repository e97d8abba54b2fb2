import { createSecureServer } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type ConnectionServer, HANDSHAKE_TIMEOUT_MS, type KeyPair } from './auth-server.js';
import { serveConnectionUpgrade } from './connection-upgrade.js';
import type { HttpResponse, WebRequest } from './http.js';
import { IDLE_TIMEOUT_MS } from './http2-session.js';

/**
 * Clients find out with this protocol whether something in front of the proxy keeps TLS routing from working
 * (transport §5.5): it has to be negotiated. Nothing speaks it here, so such a connection ends after the handshake.
 */
const REVERSE_TUNNEL_ALPN = 'teleport-reversetunnel';

/** In the order of preference; a client that names none of them is refused. */
const PROTOCOLS = ['h2', 'http/1.1', REVERSE_TUNNEL_ALPN];

/**
 * The proxy's HTTPS side.
 * @param accept takes the connections that come inside upgraded ones
 */
export function createWebServer(
  certificate: KeyPair,
  handle: (request: WebRequest, response: HttpResponse) => void,
  accept: (connection: Duplex) => void,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
): ConnectionServer {
  const server = createSecureServer(
    {
      cert: certificate.certPem,
      key: certificate.keyPem,
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      // A callback, because Node puts a list of its own in the place of ALPNProtocols here.
      ALPNCallback: ({ protocols }) => PROTOCOLS.find((protocol) => protocols.includes(protocol)),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    handle,
  );
  server.setTimeout(idleTimeoutMs);
  serveConnectionUpgrade(server, accept);
  server.on('unknownProtocol', (socket) => socket.destroy());
  server.on('sessionError', () => undefined); // a peer that breaks the protocol ends its own session
  return { accept: (socket) => server.emit('connection', socket) };
}
