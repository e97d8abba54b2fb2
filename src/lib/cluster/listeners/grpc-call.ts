import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Code, ConnectError, type ContextValues, createContextValues } from '@connectrpc/connect';
import type { UniversalHandlerOptions } from '@connectrpc/connect/protocol';
import { callerKey, remoteAddressKey } from '../auth/caller.js';
import type { Log } from '../state.js';
import type { Peer } from './peer.js';

/** Serves one gRPC call. */
export type GrpcHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer) => void;

export interface GrpcOptions extends UniversalHandlerOptions {
  log: Log;
  /** Sent with every answer. */
  ownHeaders: OutgoingHttpHeaders;
}

/** Stops what still works for a call when its stream is closed, by whichever side; made once, for errors are slow to make. */
export const CALL_ENDED = new ConnectError('the call has ended', Code.Canceled);

/** `aborted` comes before whoever reads the stream learns of it. Listeners must bear being called twice. */
export function onEnded(stream: ServerHttp2Stream, listener: () => void): void {
  stream.once('aborted', listener).once('close', listener);
}

export function contextOf(peer: Peer): ContextValues {
  return createContextValues().set(callerKey, peer.caller).set(remoteAddressKey, peer.address);
}

/** Begins an answer whose trailers are taken when its body is complete. */
export function beginAnswer(
  stream: ServerHttp2Stream,
  { header, trailer }: { header: Headers | undefined; trailer: Headers | undefined },
  ownHeaders: OutgoingHttpHeaders,
): void {
  stream.once('wantTrailers', () => stream.sendTrailers(nodeHeaders(trailer)));
  stream.respond({ ':status': 200, ...nodeHeaders(header), ...ownHeaders }, { waitForTrailers: true });
}

/** Answers a request that is no proper gRPC call. */
export function sendStatus(stream: ServerHttp2Stream, status: number, ownHeaders: OutgoingHttpHeaders): void {
  stream.respond({ ':status': status, ...ownHeaders }, { endStream: true });
}

export function webHeaders(headers: IncomingHttpHeaders): [name: string, value: string][] {
  const result: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.push([name, one]);
  }
  return result;
}

function nodeHeaders(headers: Headers | undefined): OutgoingHttpHeaders {
  return headers === undefined ? {} : Object.fromEntries(headers.entries());
}
