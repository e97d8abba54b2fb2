import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';

/** After so long a silence a connection of somebody unknown is ended; a join takes less. */
export const IDLE_TIMEOUT_MS = 75_000;

/**
 * Speaks HTTP/2 on a connection.
 * @param idleTimeoutMs ends it after so long a silence; undefined for connections that may last
 */
export function serveHttp2(
  socket: TLSSocket,
  { maxConcurrentStreams, idleTimeoutMs }: { maxConcurrentStreams: number; idleTimeoutMs: number | undefined },
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): void {
  const session = performServerHandshake(socket, { settings: { maxConcurrentStreams } });
  session.on('error', () => session.destroy()); // a peer that breaks the protocol ends its own session
  if (idleTimeoutMs !== undefined) session.setTimeout(idleTimeoutMs, () => session.destroy());
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined); // the other end is gone, or learns of it
    onStream(stream, headers);
  });
}
