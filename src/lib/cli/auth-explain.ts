import type { ConnectionStory } from '../actions/index.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/wrap-text.js';

export { connectOptions } from './context.js';

const SOURCES: Record<string, string> = {
  'identity-file': 'identity file',
  config: 'teleport.yaml',
  profile: 'tsh profile',
  'auth-host': 'auth host identity',
};

const OUTCOMES: Record<string, string> = {
  used: 'used',
  skipped: 'passed over',
  failed: 'failed',
  not_reached: 'not looked at',
};

const LABEL_WIDTH = 9;

const WAYS: Record<string, string> = {
  tls: 'one TLS session: straight to the auth service, or handed on by a proxy with TLS routing',
  'connection-upgrade': 'a connection upgrade (WebSocket) through what ends TLS before the proxy',
  'proxy-cluster': "the proxy's gRPC stream",
};

/** What a person reads: sources in order, who that is and until when, and the route. @param width columns of the screen */
export function describeStory(story: ConnectionStory, now: Date, width: number): string {
  const { sources, credentials, addresses, reached, error } = story;
  const lines = ['Sources of credentials, in the order of looking:', ''];
  sources.forEach(({ source, path, outcome, reason }, index) => {
    lines.push(`  ${index + 1}. ${SOURCES[source] ?? source}: ${OUTCOMES[outcome]}${path ? `: ${path}` : ''}`);
    lines.push(`     ${printable(reason)}`);
  });
  lines.push('');
  if (credentials) {
    const { username, clusterName, roles, expires } = credentials;
    lines.push(fact('User', `${username} of cluster ${clusterName}`));
    lines.push(fact('Roles', roles.join(', ')));
    if (expires) lines.push(fact('Expires', `${expires.toISOString()} (in ${lifeLeft(expires, now)})`));
    lines.push(fact('Address', addresses.join(', ')));
  }
  if (reached) {
    lines.push(fact('Route', `${reached.address}, by ${WAYS[reached.way] ?? reached.way}`));
    lines.push(fact('Server', `version ${reached.serverVersion}`));
  }
  if (error) {
    // Why no source has any stands there already.
    if (error.code === 'credentials_not_found') lines.push('There are no credentials.');
    else if (credentials) lines.push(fact('Route', `not reached: ${error.message}`));
    else lines.push(`No credentials: ${printable(error.message)}`);
    if (error.hint) lines.push(`  ${error.hint}`);
  }
  return wrapText(`${lines.join('\n')}\n`, width);

  /** What continues a long one stands below its beginning. */
  function fact(name: string, text: string): string {
    const wrapped = wrapText(`${' '.repeat(LABEL_WIDTH)}${printable(text)}`, width);
    return name.padEnd(LABEL_WIDTH) + wrapped.trimStart();
  }
}

/** The same for programs. */
export function storyDocument({ sources, credentials, addresses, reached, error }: ConnectionStory, now: Date): object {
  return {
    sources,
    credentials: credentials && {
      source: credentials.source.kind,
      path: credentials.source.path,
      user: credentials.username,
      cluster: credentials.clusterName,
      roles: credentials.roles,
      expires: credentials.expires?.toISOString(),
      expires_in_seconds: credentials.expires && Math.floor((credentials.expires.getTime() - now.getTime()) / 1000),
    },
    addresses,
    route: reached && { address: reached.address, way: reached.way, server_version: reached.serverVersion },
    error: error && { code: error.code, message: error.message, hint: error.hint },
  };
}

function lifeLeft(expires: Date, now: Date): string {
  const minutes = Math.floor((expires.getTime() - now.getTime()) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  return days > 0 ? `${days}d ${hours}h` : `${hours}h ${minutes % 60}m`;
}
