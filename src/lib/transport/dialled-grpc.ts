import type { TLSSocket } from 'node:tls';

import type { Transport } from '@connectrpc/connect';

import type { CodedError } from '../util/coded-error.js';
import { DialError } from './errors.js';
import { describeDialError } from './tls-dial.js';

/** How gRPC gets its connections. */
export interface DialledGrpcOptions {
  /** `host:port`, sent as the HTTP authority. */
  address: string;
  /** Gives a verified TLS connection that speaks HTTP/2. */
  dial: () => Promise<TLSSocket>;
  /** Gives the error for a failure of the connection that has one of its own. */
  explain?: (error: Error) => CodedError | undefined;
  metadata: { version: string; userAgent: string };
  /** Deadline of every call that brings none of its own; none unless given. */
  timeoutMs?: number;
}

/** gRPC on one connection at a time. */
export interface DialledGrpc {
  transport: Transport;
  close(): Promise<void>;
}

const MAX_RECEIVE_BYTES = 4 * 1024 * 1024; // transport §6.1

/** gRPC whose first connection is made at once, so that its failure is this function's. @throws DialError */
export async function openDialledGrpc({
  dial,
  explain = () => undefined,
  ...options
}: DialledGrpcOptions): Promise<DialledGrpc> {
  const connections = startWith(await dial(), dial, options.address);
  const { openGrpc } = await import('./grpc.js');
  const grpc = openGrpc({ ...options, explain, maxReceiveBytes: MAX_RECEIVE_BYTES, dial: connections.take });
  return {
    transport: grpc.transport,
    async close() {
      connections.drop();
      await grpc.close();
    },
  };
}

/** Connections to one peer, the first of which is there already. */
export interface Connections {
  /** The first one, unless it has ended meanwhile; then those that are dialled. @throws DialError where the first one failed */
  take(): Promise<TLSSocket>;
  /** Closes the first one, if nobody took it. */
  drop(): void;
}

/** @param address `host:port`, for errors */
export function startWith(first: TLSSocket, dial: () => Promise<TLSSocket>, address: string): Connections {
  let ready: TLSSocket | undefined = first;
  return {
    async take() {
      const socket = ready;
      ready = undefined;
      if (socket?.errored) throw describeDialError(socket.errored, address); // such as a refused client certificate
      return socket === undefined || socket.destroyed ? dial() : socket;
    },
    drop: () => void ready?.destroy(),
  };
}

/**
 * Checks that a connection speaks HTTP/2. A proxy's own name for a protocol means HTTP/2 too, which the HTTP client knows
 * by its common name only.
 * @throws DialError
 */
export function asHttp2(socket: TLSSocket, proxyProtocol?: string): TLSSocket {
  if (socket.alpnProtocol === proxyProtocol) socket.alpnProtocol = 'h2';
  if (socket.alpnProtocol === 'h2') return socket;
  socket.destroy();
  throw new DialError('alpn_refused', 'the peer does not speak h2');
}
