import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import { clusterHostname } from '../util/cluster-hostname.js';
import { formatHostPort, type HostPort, parseHostPort } from '../util/host-port.js';
import type { ConnectionOptions } from './connection.js';
import type { WebTarget } from './dial-web.js';
import { DialError } from './errors.js';
import { buildConnectFailure, explainFailure, lookAtProxy, mayBeProxy } from './explain-failure.js';
import { dialTls } from './tls-dial.js';
import type { FindAnswer } from './web-api.js';

/**
 * How a connection gets to the auth service: one TLS session to the address, which is the auth service itself or a proxy
 * that hands the session on; the same inside a WebSocket to the proxy; or inside a gRPC call to the proxy (transport §10).
 */
export type Way = 'tls' | 'connection-upgrade' | 'proxy-cluster';

export type AuthProtocol = 'h2' | 'http/1.1';
export type Target = Required<HostPort>;

/** Opens a TLS connection to the auth service. @throws DialError */
export type AuthDial = (protocol: AuthProtocol) => Promise<TLSSocket>;

/** A way that works, with the first connection over it. */
export interface OpenWay {
  way: Way;
  socket: TLSSocket;
  dial: AuthDial;
}

const DIAL_TIMEOUT_MS = 30_000; // transport §5.8

/**
 * Finds the way to the auth service by trying: the plain one first, which is right almost always; where a proxy's web
 * port turns out to be the peer, those that its settings and a look at what is in front of it suggest.
 * @throws ConnectFailedError
 */
export async function openWay(options: ConnectionOptions, target: Target): Promise<OpenWay> {
  const upgrade = options.connectionUpgrade?.(target);
  let failure: DialError | undefined;
  if (upgrade !== true) {
    try {
      return await begin('tls', (protocol) => dialAuth(options, target, protocol));
    } catch (error) {
      failure = reported(options, target, error);
      if (!mayBeProxy(failure)) throw buildConnectFailure(options, target, failure);
    }
  }
  const proxy = await lookAtProxy(options, target);
  const settings = proxy instanceof Error || proxy?.clusterName !== options.clusterName ? undefined : proxy;
  for (const [way, dial] of settings === undefined ? [] : await waysThrough(options, target, settings, upgrade)) {
    try {
      return await begin(way, dial);
    } catch (error) {
      failure = reported(options, target, error);
    }
  }
  if (options.insecure && settings === undefined && upgrade !== true)
    return begin('tls', (protocol) => dialAuth(options, target, protocol, { verify: false })).catch((error) => {
      throw buildConnectFailure(options, target, reported(options, target, error));
    });
  failure ??= new DialError('other', 'the connection upgrade that the environment asks for needs a proxy there');
  throw explainFailure(options, target, failure, proxy);
}

async function begin(way: Way, dial: AuthDial): Promise<OpenWay> {
  return { way, dial, socket: await dial('h2') };
}

/** Notes a failed attempt; errors of other kinds are thrown on. */
function reported(options: ConnectionOptions, { host, port }: Target, error: unknown): DialError {
  if (!(error instanceof DialError)) throw error;
  options.trace?.(`${formatHostPort(host, port)}: ${error.message}`);
  return error;
}

/** The ways that lead through a proxy besides the plain one, best first. */
async function waysThrough(
  options: ConnectionOptions,
  target: Target,
  settings: FindAnswer,
  upgrade: boolean | undefined,
): Promise<[Way, AuthDial][]> {
  if (!settings.tlsRoutingEnabled) return [['proxy-cluster', proxyClusterDial(options, settings)]];
  const web = await webTarget(options, target);
  const { isProtocolNameLost, upgradeConnection } = await import('./connection-upgrade.js');
  if (!(upgrade ?? (await isProtocolNameLost(web)))) return [];
  options.trace?.(`${formatHostPort(target.host, target.port)}: TLS ends before the proxy; upgrading the connection`);
  return [
    [
      'connection-upgrade',
      async (protocol) => dialAuth(options, target, protocol, { over: await upgradeConnection(web) }),
    ],
  ];
}

async function webTarget(options: ConnectionOptions, target: Target): Promise<WebTarget> {
  return {
    ...target,
    roots: await options.webRoots(),
    insecure: options.insecure ?? false,
    proxy: options.httpProxy?.(target),
    timeoutMs: options.dialTimeoutMs ?? DIAL_TIMEOUT_MS,
  };
}

function proxyClusterDial(options: ConnectionOptions, { sshAddress }: FindAnswer): AuthDial {
  const { clusterName, metadata, tls, insecure, dialTimeoutMs = DIAL_TIMEOUT_MS } = options;
  const target = parseHostPort(sshAddress) as Target;
  options.trace?.(`${sshAddress}: trying the proxy's gRPC service`);
  return async (protocol) => {
    const { openProxyCluster } = await import('./proxy-cluster.js');
    const proxy = options.httpProxy?.(target);
    const to = { address: sshAddress, clusterName, metadata, tls, dialTimeoutMs, insecure, proxy };
    return dialAuth(options, target, protocol, { over: await openProxyCluster(to) });
  };
}

/**
 * A TLS connection to the auth service, directly or over a stream. One handshake fits both kinds of address: the list of
 * protocols begins with the name by which a proxy hands the whole session on (transport §5.5); an auth service passes over
 * that name and takes the other. Either way the session ends at the auth service and is verified against the host CA.
 */
async function dialAuth(
  options: ConnectionOptions,
  target: Target,
  protocol: AuthProtocol,
  { over, verify = true }: { over?: Duplex; verify?: boolean } = {},
): Promise<TLSSocket> {
  const serverName = clusterHostname(options.clusterName);
  const address = formatHostPort(target.host, target.port);
  const { tls, trace, dialTimeoutMs = DIAL_TIMEOUT_MS } = options;
  const proxy = over === undefined ? options.httpProxy?.(target) : undefined;
  if (proxy !== undefined) trace?.(`${address}: through HTTP proxy ${proxy.host}`);
  const socket = await dialTls({
    ...target,
    over,
    proxy,
    serverName,
    alpn: [`teleport-auth@${serverName}`, protocol],
    identity: tls,
    timeoutMs: dialTimeoutMs,
    ...(verify ? { trust: { kind: 'authorities', caPems: tls.caPems } } : {}),
  });
  // A server without HTTP/1.1 in its list leaves the choice open for a client that offers it (wire §1.1).
  if (socket.alpnProtocol === protocol || (protocol === 'http/1.1' && !socket.alpnProtocol)) {
    trace?.(`${address}: ${socket.getProtocol()}, auth service of ${options.clusterName} answers`);
    return socket;
  }
  socket.destroy();
  throw new DialError('alpn_refused', `the peer does not speak ${protocol}`);
}
