import type { Transport } from '@connectrpc/connect';

import { API_DOMAIN } from '../util/cluster-hostname.js';
import { parseHostPort } from '../util/host-port.js';
import { DialError } from './errors.js';
import { dialTls } from './tls-dial.js';

export interface AnonymousOptions {
  /** Auth service, `host:port`; port 3025 if none is given. */
  address: string;
  /** The cluster's host CA certificates, PEM; without, any server is accepted. */
  caPems?: string[];
  /** HTTP proxy on the way. */
  proxy?: URL;
  metadata: { version: string; userAgent: string };
  timeoutMs: number;
}

const AUTH_PORT = 3025;
const MAX_RECEIVE_BYTES = 4 * 1024 * 1024; // transport §6.1

/**
 * gRPC to an auth service without a client certificate: enough to join (join §0.3).
 * @throws DialError
 */
export async function openAnonymous(
  options: AnonymousOptions,
): Promise<{ transport: Transport; close(): Promise<void> }> {
  const { address, caPems, proxy, metadata, timeoutMs } = options;
  const target = parseHostPort(address);
  if (target === undefined) throw new DialError('other', `${JSON.stringify(address)} is no address; write host:port`);
  const { host, port = AUTH_PORT } = target;
  const dial = () =>
    dialTls({
      host,
      port,
      serverName: API_DOMAIN,
      alpn: ['h2'],
      timeoutMs,
      ...(caPems === undefined ? {} : { trust: { kind: 'authorities' as const, caPems } }),
      ...(proxy === undefined ? {} : { proxy }),
    });
  let first: Awaited<ReturnType<typeof dial>> | undefined = await dial();
  const { openGrpc } = await import('./grpc.js');
  return openGrpc({
    address,
    dial: async () => {
      const socket = first;
      first = undefined;
      return socket ?? dial();
    },
    explain: () => undefined,
    metadata,
    maxReceiveBytes: MAX_RECEIVE_BYTES,
    timeoutMs,
  });
}
