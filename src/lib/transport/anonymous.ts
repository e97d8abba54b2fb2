import type { Transport } from '@connectrpc/connect';

import { API_DOMAIN, clusterHostname } from '../util/cluster-hostname.js';
import { parseHostPort } from '../util/host-port.js';
import { asHttp2, openDialledGrpc } from './dialled-grpc.js';
import { DialError } from './errors.js';
import { dialTls } from './tls-dial.js';
import type { ServerTrust } from './verify-server.js';

export interface AnonymousOptions {
  /** Auth service or proxy, `host:port`; port 3025 if none is given. */
  address: string;
  /** A proxy's web port is dialled, which has a service of its own for those who join (join §0.4). */
  isProxy?: boolean;
  /** A proxy's web port is dialled, and is to hand the connection on to the auth service of this cluster. */
  routeTo?: string;
  /** What the server is judged by; without, any server is accepted. */
  trust?: ServerTrust;
  /** HTTP proxy on the way. */
  proxy?: URL;
  metadata: { version: string; userAgent: string };
  timeoutMs: number;
}

const AUTH_PORT = 3025;
/** Under this name a proxy offers gRPC to strangers (join §0.4). */
const PROXY_GRPC = 'teleport-proxy-grpc';

/**
 * gRPC to an auth service, or a proxy's own services, without a client certificate: enough to join (join §0.3), and to
 * redeem a link for setting a password (login §5.9).
 * @throws DialError
 */
export async function openAnonymous(
  options: AnonymousOptions,
): Promise<{ transport: Transport; close(): Promise<void> }> {
  const { address, isProxy = false, routeTo, trust, proxy, metadata, timeoutMs } = options;
  const target = parseHostPort(address);
  if (target === undefined) throw new DialError('other', `${JSON.stringify(address)} is no address; write host:port`);
  const { host, port = AUTH_PORT } = target;
  return openDialledGrpc({
    address,
    metadata,
    timeoutMs,
    dial: async () => {
      const socket = await dialTls({
        host,
        port,
        ...(routeTo === undefined
          ? { serverName: isProxy ? host : API_DOMAIN, alpn: isProxy ? [PROXY_GRPC, 'h2'] : ['h2'] }
          : { serverName: clusterHostname(routeTo), alpn: [`teleport-auth@${clusterHostname(routeTo)}`, 'h2'] }),
        timeoutMs,
        ...(trust === undefined ? {} : { trust }),
        ...(proxy === undefined ? {} : { proxy }),
      });
      return asHttp2(socket, PROXY_GRPC);
    },
  });
}
