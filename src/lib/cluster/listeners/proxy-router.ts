import type { Duplex } from 'node:stream';
import { clusterHostname } from '../../util/cluster-hostname.js';
import { type ClientHello, MAX_HELLO_BYTES, parseClientHello } from './client-hello.js';

/** Where a connection to the proxy port goes on. */
export type ProxyRoute =
  /** The auth service: the client's TLS session ends there, not at the proxy. */
  | 'auth'
  /** gRPC for joiners without a certificate. */
  | 'join'
  /** gRPC for clients that show a certificate: connections inside calls. */
  | 'transport'
  /** The web API. */
  | 'web';

const AUTH_ALPN = 'teleport-auth@';
/** What joiners name first (transport §5.5); the proxy has to pick it. */
export const JOIN_ALPN = 'teleport-proxy-grpc';
export const TRANSPORT_ALPN = 'teleport-proxy-ssh-grpc';

/**
 * Decides by the protocols that the client names (transport §5.5).
 * @returns undefined when the client wants the auth service of a cluster that is not here.
 */
export function routeOf(hello: ClientHello, clusterName: string): ProxyRoute | undefined {
  const auth = hello.alpn.find((protocol) => protocol.startsWith(AUTH_ALPN));
  if (auth === undefined) {
    if (hello.alpn.includes(JOIN_ALPN)) return 'join';
    return hello.alpn.includes(TRANSPORT_ALPN) ? 'transport' : 'web';
  }
  return auth === AUTH_ALPN + clusterHostname(clusterName) ? 'auth' : undefined;
}

/**
 * Reads the ClientHello of a new connection, puts the bytes back and hands the connection on.
 * A connection without a sensible hello within `deadlineMs` is ended.
 */
export function routeConnection(
  socket: Duplex,
  {
    clusterName,
    deadlineMs,
    routes,
  }: { clusterName: string; deadlineMs: number; routes: Record<ProxyRoute, (socket: Duplex) => void> },
): void {
  let received = Buffer.alloc(0);
  const deadline = setTimeout(() => socket.destroy(), deadlineMs);
  const onClose = () => clearTimeout(deadline);

  const onReadable = () => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      received = Buffer.concat([received, chunk]);
    }
    const result = received.length === 0 ? { kind: 'incomplete' as const } : parseClientHello(received);
    if (result.kind === 'incomplete' && received.length < MAX_HELLO_BYTES) return;
    clearTimeout(deadline);
    socket.off('readable', onReadable);
    socket.off('close', onClose);
    const route = result.kind === 'hello' ? routeOf(result.hello, clusterName) : undefined;
    if (route === undefined) {
      socket.destroy();
      return;
    }
    socket.unshift(received);
    routes[route](socket);
  };

  socket.once('close', onClose);
  socket.on('readable', onReadable);
}
