import { CodedError, isErrorCode } from '../../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../../util/host-port.js';
import type { ProxyWeb } from '../proxy-web.js';

/** What a proxy says of how to log in (login §1.4). */
export interface LoginSettings {
  /** `local`: with a password. Others: at an identity provider. */
  type: 'local' | 'oidc' | 'saml' | 'github';
  /** The connector of an identity provider. */
  connector: string;
  suite: string;
  /** `host:port` as the proxy announces itself. */
  proxyAddress: string;
  proxyHost: string;
  /** `host:port` as tsh writes it into a profile (login §1.4); who dials goes by other rules (transport §5.3). */
  sshProxyAddress: string;
  tlsRouting: boolean;
  /** Whether there is a message that everybody who logs in is to see. */
  hasMessage: boolean;
}

interface Ping {
  auth?: {
    type?: string;
    local?: { name?: string };
    oidc?: { name?: string };
    saml?: { name?: string };
    github?: { name?: string };
    signature_algorithm_suite?: string;
    private_key_policy?: string;
    has_motd?: boolean;
  };
  proxy?: {
    tls_routing_enabled?: boolean;
    ssh?: { public_addr?: string; listen_addr?: string; ssh_public_addr?: string };
  };
}

const WEB_PORT = 3080;
const SSH_PORT = 3023;
/** Names that are no connectors, but other ways to log in (login §1.2). */
const OTHER_WAYS = ['passwordless', 'headless'];
/** Policies that keys in files meet. */
const FILE_KEYS = ['none', 'web_session'];
const PROVIDERS = ['oidc', 'saml', 'github'] as const;

/** @param connector by which to log in; the cluster's default unless given @throws CodedError `bad_parameter` for one that is not there */
export async function readLoginSettings(web: ProxyWeb, connector: string | undefined): Promise<LoginSettings> {
  const ping = connector === undefined ? web.call('/webapi/ping') : pingConnector(web, connector);
  const { auth = {}, proxy = {} } = (await ping) as Ping;
  const address = withPort(proxy.ssh?.public_addr || web.address, WEB_PORT);
  const tlsRouting = proxy.tls_routing_enabled === true;
  const sshPort = parseHostPort(proxy.ssh?.listen_addr ?? '')?.port ?? SSH_PORT;
  const ssh = withPort(proxy.ssh?.ssh_public_addr || formatHostPort(address.host, sshPort), SSH_PORT);
  const provider = PROVIDERS.find((type) => type === auth.type);
  if (provider === undefined && !['', 'local', undefined].includes(auth.local?.name)) {
    throw unsupported(`"${auth.local?.name}" logins`);
  }
  if (provider === undefined && auth.type !== 'local') throw unsupported(`logins of type "${auth.type}"`);
  const policy = auth.private_key_policy || 'none';
  if (!FILE_KEYS.includes(policy)) throw unsupported(`keys on hardware (${policy})`);
  return {
    type: provider ?? 'local',
    connector: (provider && auth[provider]?.name) ?? connector ?? '',
    suite: auth.signature_algorithm_suite ?? 'legacy',
    proxyAddress: formatHostPort(address.host, address.port),
    proxyHost: address.host,
    sshProxyAddress: tlsRouting ? formatHostPort(address.host, address.port) : formatHostPort(ssh.host, ssh.port),
    tlsRouting,
    hasMessage: auth.has_motd === true,
  };
}

async function pingConnector(web: ProxyWeb, connector: string): Promise<unknown> {
  const hint = 'Leave --auth out for the default login of the cluster';
  if (OTHER_WAYS.includes(connector)) {
    throw new CodedError('login_unsupported', `${connector} logins are not done by this tool`, { hint });
  }
  try {
    return await web.call(`/webapi/ping/${encodeURIComponent(connector)}`);
  } catch (error) {
    if (!isErrorCode(error, 'bad_parameter')) throw error;
    throw new CodedError('bad_parameter', error.message, { cause: error, hint });
  }
}

function withPort(text: string, usual: number): { host: string; port: number } {
  const { host, port = usual } = parseHostPort(text) ?? { host: text };
  return { host, port };
}

function unsupported(what: string): CodedError {
  return new CodedError('login_unsupported', `the cluster asks for ${what}, which this tool does not do`, {
    hint: 'Name another connector with --auth, or use tsh login',
  });
}
