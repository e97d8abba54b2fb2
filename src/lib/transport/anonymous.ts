import type { TLSSocket } from 'node:tls';

import { API_DOMAIN, clusterHostname } from '../util/cluster-hostname.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { dialWeb, type WebTarget } from './dial-web.js';
import { asHttp2, type DialledGrpc, openDialledGrpc } from './dialled-grpc.js';
import { DialError } from './errors.js';
import { dialTls } from './tls-dial.js';
import type { ServerTrust } from './verify-server.js';

interface AnonymousOptions {
  metadata: { version: string; userAgent: string };
  timeoutMs: number;
}

const AUTH_PORT = 3025;
/** Under this name a proxy offers gRPC to strangers (join §0.4). */
const PROXY_GRPC = 'teleport-proxy-grpc';
const PROXY_ALPN = [PROXY_GRPC, 'h2'];

/**
 * gRPC to an auth service without a client certificate: enough to join (join §0.3), and to redeem a link for setting a
 * password (login §5.9).
 * @throws DialError
 */
export async function openAnonymousAuth(
  options: AnonymousOptions & {
    /** `host:port`; port 3025 if none is given. */
    address: string;
    /** The address is a proxy's, which is to hand the connection on to the auth service of this cluster. */
    routeTo?: string;
    /** What the server is judged by; without, any server is accepted. */
    trust?: ServerTrust;
    /** HTTP proxy on the way. */
    proxy?: URL;
  },
): Promise<DialledGrpc> {
  const { address, routeTo, trust, proxy, metadata, timeoutMs } = options;
  const target = parseHostPort(address);
  if (target === undefined) throw new DialError('other', `${JSON.stringify(address)} is no address; write host:port`);
  const { host, port = AUTH_PORT } = target;
  const serverName = routeTo === undefined ? API_DOMAIN : clusterHostname(routeTo);
  const alpn = routeTo === undefined ? ['h2'] : [`teleport-auth@${serverName}`, 'h2'];
  const tls = { host, port, serverName, alpn, trust, proxy, timeoutMs };
  return openDialledGrpc({ address, metadata, timeoutMs, dial: async () => asHttp2(await dialTls(tls)) });
}

/**
 * gRPC to the service that a proxy has for those who join (join §0.4), past what may end TLS on the way.
 * @param upgrade whether the connection is to be upgraded; undefined: found out when it matters
 * @throws DialError
 */
export async function openProxyJoin(
  target: WebTarget,
  { metadata, timeoutMs }: AnonymousOptions,
  upgrade: boolean | undefined,
): Promise<DialledGrpc> {
  const address = formatHostPort(target.host, target.port);
  let isUpgraded = upgrade ?? false;
  const dial = async (): Promise<TLSSocket> => {
    if (isUpgraded) return dialUpgraded(target);
    try {
      const socket = await dialWeb(target, PROXY_ALPN);
      if (upgrade === false || socket.alpnProtocol === PROXY_GRPC) return asHttp2(socket, PROXY_GRPC);
      socket.destroy();
    } catch (error) {
      if (upgrade === false || !(error instanceof DialError && error.failure === 'alpn_refused')) throw error;
    }
    const { isProtocolNameLost } = await import('./connection-upgrade.js');
    isUpgraded = await isProtocolNameLost(target);
    return isUpgraded ? dialUpgraded(target) : asHttp2(await dialWeb(target, PROXY_ALPN), PROXY_GRPC);
  };
  return openDialledGrpc({ address, metadata, timeoutMs, dial });
}

/** Inside the upgraded connection the proxy shows its certificate of the cluster, which a stranger cannot judge. */
async function dialUpgraded({ host, port, insecure, timeoutMs, ...way }: WebTarget): Promise<TLSSocket> {
  const { upgradeConnection } = await import('./connection-upgrade.js');
  const over = await upgradeConnection({ host, port, insecure, timeoutMs, ...way });
  const trust = insecure ? undefined : ({ kind: 'inside' } as const);
  const tls = { host, port, over, serverName: API_DOMAIN, alpn: PROXY_ALPN, trust, timeoutMs };
  return asHttp2(await dialTls(tls), PROXY_GRPC);
}
