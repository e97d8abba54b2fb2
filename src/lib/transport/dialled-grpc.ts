import type { TLSSocket } from 'node:tls';

import type { Transport } from '@connectrpc/connect';

import type { CodedError } from '../util/coded-error.js';
import { DialError } from './errors.js';

export interface DialledGrpcOptions {
  /** `host:port`, sent as the HTTP authority. */
  address: string;
  /** Gives a verified TLS connection that speaks HTTP/2. */
  dial: () => Promise<TLSSocket>;
  /** Gives the error for a failure of the connection that has one of its own. */
  explain?: (error: Error) => CodedError | undefined;
  metadata: { version: string; userAgent: string };
  timeoutMs?: number;
}

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
  let first: TLSSocket | undefined = await dial();
  const { openGrpc } = await import('./grpc.js');
  return openGrpc({
    ...options,
    explain,
    maxReceiveBytes: MAX_RECEIVE_BYTES,
    dial: async () => {
      const socket = first;
      first = undefined;
      return socket ?? dial();
    },
  });
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
