import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { MethodImplSpec } from '@connectrpc/connect';
import type { UniversalServerResponse } from '@connectrpc/connect/protocol';
import { createHandlerFactory } from '@connectrpc/connect/protocol-grpc';
import {
  beginAnswer,
  CALL_ENDED,
  contextOf,
  type GrpcHandler,
  type GrpcOptions,
  onEnded,
  webHeaders,
} from './grpc-call.js';

/** Serves a method with a stream of messages, either way, by connect's own handler. */
export function streamingHandler(spec: MethodImplSpec, options: GrpcOptions): GrpcHandler {
  const handle = createHandlerFactory(options)(spec);
  const { log, ownHeaders } = options;

  return (stream, headers, peer) => {
    const ended = new AbortController();
    onEnded(stream, () => ended.abort(CALL_ENDED));
    handle({
      httpVersion: '2.0',
      method: 'POST',
      url: `https://auth${handle.requestPath}`,
      header: new Headers(webHeaders(headers)),
      body: stream.iterator({ destroyOnReturn: false }), // a refusal may come before everything was read
      signal: ended.signal,
      contextValues: contextOf(peer),
    })
      .then((response) => respond(stream, response, ownHeaders, ended.signal))
      .catch((error: unknown) => {
        if (!ended.signal.aborted) log('error', `answering ${handle.requestPath} failed`, error);
        stream.destroy();
      });
  };
}

async function respond(
  stream: ServerHttp2Stream,
  { header, body, trailer }: UniversalServerResponse,
  ownHeaders: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<void> {
  const begin = () => {
    if (!stream.headersSent && !stream.destroyed) beginAnswer(stream, { header, trailer }, ownHeaders);
  };
  for await (const chunk of body ?? []) {
    begin(); // not before: the service may set headers until its first message
    if (stream.destroyed) return;
    if (!stream.write(chunk)) await once(stream, 'drain', { signal });
  }
  begin();
  stream.end();
}
