import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';

import type { Client } from 'undici';
import symbols from 'undici/lib/core/symbols.js';

/**
 * Keeps undici (8.12) from dropping the body of an answer whose header, body and trailer arrive in one piece: it stops
 * reading when the trailer is announced, before Node has handed the body on. Each stream is read to its end just before.
 */
export function keepBodiesBeforeTrailers(client: Client): void {
  client.on('connect', () => {
    const session = (client as unknown as { [symbols.kHTTP2Session]?: ClientHttp2Session | null })[
      symbols.kHTTP2Session
    ];
    if (!session) return; // not HTTP/2
    const open = session.request.bind(session);
    session.request = (headers, options) => {
      const stream = open(headers, options);
      stream.on('trailers', () => drain(stream)); // ahead of undici's own listener, which it adds later
      return stream;
    };
  });
}

/** Reading emits what is buffered as `data`, also on a stream that does not flow yet. */
function drain(stream: ClientHttp2Stream): void {
  while (stream.read() !== null);
}
