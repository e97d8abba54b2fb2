import type { TLSSocket } from 'node:tls';

import type { Transport } from '@connectrpc/connect';
import { createTransport } from '@connectrpc/connect/protocol-grpc';
import Client from 'undici/lib/dispatcher/client.js';
import type { CodedError } from '../util/coded-error.js';
import { unaryCalls } from './grpc-unary.js';
import { createHttpClient } from './http-client.js';
import { metadataInterceptor, retryReadInterceptor, traceInterceptor } from './interceptors.js';
import { keepBodiesBeforeTrailers } from './keep-body.js';

/** How gRPC gets its connections, and what every call carries. */
export interface GrpcOptions {
  /** `host:port`, sent as the HTTP authority. */
  address: string;
  /** Gives a verified TLS connection with HTTP/2 negotiated; called again when the one in use was lost. */
  dial: () => Promise<TLSSocket>;
  /** Gives the error for a failure of the connection that has one of its own. */
  explain: (error: Error) => CodedError | undefined;
  metadata: { version: string; userAgent: string };
  /** Largest message taken from the server. */
  maxReceiveBytes: number;
  /** Deadline of every call that brings none of its own. */
  timeoutMs?: number;
  trace?: (line: string) => void;
}

/** As many calls at once as a server accepts on one connection (transport §5.8). */
const MAX_STREAMS = 1000;
/** Servers count pings faster than one a minute as abuse (transport §5.8). */
const PING_INTERVAL_MS = 70_000;
const IDLE_MS = 10 * 60_000;

/** gRPC over one HTTP/2 connection, which is opened again when it is lost. */
export function openGrpc(options: GrpcOptions): { transport: Transport; close(): Promise<void> } {
  const client = new Client(`https://${options.address}`, {
    connect: (_target, callback) => {
      options.dial().then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
    keepAliveTimeout: IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    h2Options: { maxConcurrentStreams: MAX_STREAMS, pingInterval: PING_INTERVAL_MS },
  });
  keepBodiesBeforeTrailers(client);
  const { trace } = options;
  const calls = {
    baseUrl: `https://${options.address}`,
    httpClient: createHttpClient(client, options.explain),
    useBinaryFormat: true,
    interceptors: [
      ...(trace === undefined ? [] : [traceInterceptor(trace)]),
      metadataInterceptor(options.metadata),
      retryReadInterceptor(trace),
    ],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 1024,
    readMaxBytes: options.maxReceiveBytes,
    writeMaxBytes: 0xffffffff,
    ...(options.timeoutMs === undefined ? {} : { defaultTimeoutMs: options.timeoutMs }),
  };
  const transport = { ...createTransport(calls), unary: unaryCalls(calls) };
  return { transport, close: () => client.destroy() };
}
