import { formatHostPort } from '../util/host-port.js';
import type { ConnectionOptions } from './connection.js';
import { ConnectFailedError, DialError, type DialFailure, type Route } from './errors.js';
import { type FindAnswer, findProxy } from './web-api.js';

/** Longest wait for the look at a proxy's web port that only makes an error clearer. */
const LOOK_TIMEOUT_MS = 3_000;

const HINTS: Partial<Record<DialFailure, string>> = {
  name_not_found: 'Check the spelling of the address and the network.',
  refused: 'Check host and port (auth service: 3025; proxy: 443 or 3080), and that the cluster runs.',
  unreachable: 'Check the network, a VPN or a firewall on the way.',
  timed_out: 'Check the address, and a firewall on the way.',
  not_tls: 'Check the port (auth service: 3025; proxy: 443 or 3080).',
  http_proxy: 'Check HTTPS_PROXY; NO_PROXY lists what is to be reached without it.',
  client_certificate: 'Make new credentials: the cluster may have rotated its authorities, or locked the user.',
};

/** The error for the user, as far as the failure itself tells. */
export function buildConnectFailure(
  { clusterName, credential }: ConnectionOptions,
  { host, port }: { host: string; port: number },
  failure: DialError,
  { route = 'direct' as Route, reason = failure.message, hint = HINTS[failure.failure] } = {},
): ConnectFailedError {
  const address = formatHostPort(host, port);
  return new ConnectFailedError({ clusterName, address, route, credential, reason, hint, cause: failure });
}

/** Whether the peer of a failed handshake may be a proxy's web port. */
export function mayBeProxy({ failure }: DialError): boolean {
  return ['server_certificate', 'alpn_refused', 'closed', 'other'].includes(failure);
}

/** Turns a failed handshake into the error for the user. @param look what a proxy's web port has said there */
export function explainFailure(
  options: ConnectionOptions,
  target: { host: string; port: number },
  failure: DialError,
  look: FindAnswer | Error | undefined,
): ConnectFailedError {
  const { clusterName } = options;
  const build = (route: Route, reason: string, hint: string) =>
    buildConnectFailure(options, target, failure, { route, reason, hint });
  if (failure.issuer === clusterName)
    return build(
      'direct',
      failure.message,
      `The credentials know another authority of ${clusterName}: it was rotated, or the cluster was made anew. Get new credentials.`,
    );
  if (look instanceof DialError && look.failure === 'server_certificate')
    return build(
      'direct',
      failure.message,
      `It is no auth service of ${clusterName}. If it is a proxy with a private certificate: --ca-file=FILE names its authority.`,
    );
  if (look === undefined || look instanceof Error)
    return build(
      'direct',
      failure.message,
      `Check that the address belongs to cluster ${clusterName}, and that the credentials are its.`,
    );
  if (look.clusterName !== clusterName)
    return build(
      'proxy',
      `this is the proxy of cluster ${look.clusterName}`,
      `Use credentials of ${look.clusterName}, or the address of ${clusterName}.`,
    );
  if (!look.tlsRoutingEnabled)
    return build(
      'proxy',
      `${failure.message}, when asked at ${look.sshAddress}, for the proxy does not route TLS`,
      `Check that ${look.sshAddress} can be reached, or use the address of the auth service (port 3025).`,
    );
  return build(
    'proxy',
    `${failure.message}; something between here and the proxy ends TLS connections`,
    'Use an address that leads to the proxy itself, let WebSockets through to it, or use the auth service (port 3025).',
  );
}

/** Asks the web port of what may be a proxy. @returns why there is no answer, or undefined when it is no proxy */
export async function lookAtProxy(
  options: ConnectionOptions,
  target: { host: string; port: number },
): Promise<FindAnswer | Error | undefined> {
  try {
    const roots = await options.webRoots();
    const found = await findProxy({
      ...target,
      roots,
      insecure: options.insecure ?? false,
      proxy: options.httpProxy?.(target),
      timeoutMs: LOOK_TIMEOUT_MS,
    });
    options.trace?.(
      `GET https://${formatHostPort(target.host, target.port)}/webapi/find: ${found ? JSON.stringify(found) : 'no proxy'}`,
    );
    return found;
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    options.trace?.(`GET https://${formatHostPort(target.host, target.port)}/webapi/find: ${reason.message}`);
    return reason;
  }
}
