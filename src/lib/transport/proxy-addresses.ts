import { formatHostPort, parseHostPort } from '../util/host-port.js';

/** The part `proxy` of `/webapi/find`, as far as addresses depend on it, unchecked (transport §7.1). */
export interface ProxySettings {
  tls_routing_enabled?: unknown;
  ssh?: { listen_addr?: unknown; web_listen_addr?: unknown; public_addr?: unknown; ssh_public_addr?: unknown };
  kube?: { public_addr?: unknown; listen_addr?: unknown };
}

const SSH_PORT = 3023;
const WEB_PORT = 443;
const UNSPECIFIED = ['', '0.0.0.0', '::'];

/**
 * Where a proxy takes SSH and the gRPC service beside it, `host:port` (transport §5.3).
 * @param host by which the proxy was asked; it stands in where the settings name none that can be dialled
 */
export function proxySshAddress(settings: ProxySettings, host: string): string {
  const { listen_addr, web_listen_addr, public_addr, ssh_public_addr } = settings.ssh ?? {};
  const [listen, web, all, ssh] = [listen_addr, web_listen_addr, public_addr, ssh_public_addr].map(textOf);
  if (settings.tls_routing_enabled === true) return complete(all ?? web, portOf(web) ?? WEB_PORT, host);
  const port = portOf(listen) ?? SSH_PORT;
  if (ssh !== undefined) return complete(ssh, port, host);
  return complete(parseHostPort(all ?? listen ?? web ?? '')?.host, port, host);
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function portOf(address = ''): number | undefined {
  return parseHostPort(address)?.port;
}

function complete(address = '', defaultPort: number, defaultHost: string): string {
  const { host = '', port = defaultPort } = parseHostPort(address) ?? {};
  return formatHostPort(UNSPECIFIED.includes(host) ? defaultHost : host, port);
}
