import type { IncomingMessage } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { pathOf } from './http.js';

const PATH = /^(?:\/v1)?\/webapi\/connectionupgrade$/;
/** For connections that live long: the server pings, so that nothing on the way takes them for dead. */
const PING_PROTOCOL = 'alpn-ping';
const PROTOCOLS = [PING_PROTOCOL, 'alpn'];
const PING_INTERVAL_MS = 30_000;
const PING_PAYLOAD = 'teleport';
/** A frame holds what a client has written at once; TLS records are far smaller. */
const MAX_FRAME_BYTES = 1024 * 1024;

/**
 * Lets clients behind something that ends TLS upgrade their request to a WebSocket that carries the bytes of a TLS
 * connection of their own (transport §5.5).
 * @param accept takes that connection
 */
export function serveConnectionUpgrade(server: Http2SecureServer, accept: (stream: Duplex) => void): void {
  const upgrades = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!PATH.test(pathOf(request))) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      if (ws.protocol === PING_PROTOCOL) keepAlive(ws);
      const stream = createWebSocketStream(ws);
      stream.on('error', () => stream.destroy()); // the other end is gone, or breaks the protocol
      accept(stream);
    });
  });
}

function keepAlive(ws: WebSocket): void {
  const timer = setInterval(() => ws.ping(PING_PAYLOAD), PING_INTERVAL_MS);
  ws.once('close', () => clearInterval(timer));
}
