import { formatHostPort } from '../util/host-port.js';

const YES = ['yes', 'yeah', 'y', 'true', 't', '1', 'on'];
const NO = ['no', 'nope', 'n', 'false', 'f', '0', 'off'];

/**
 * What TELEPORT_TLS_ROUTING_CONN_UPGRADE says of a target: one word for all, or `host:port=yes` entries with commas or
 * semicolons between them (transport §5.5). What is no yes and no no says nothing.
 */
export function connectionUpgradeWanted(
  env: Record<string, string | undefined>,
  target: { host: string; port: number },
): boolean | undefined {
  const address = formatHostPort(target.host, target.port);
  let general: boolean | undefined;
  for (const entry of (env.TELEPORT_TLS_ROUTING_CONN_UPGRADE ?? '').split(/[,;]/)) {
    const [, name, word = ''] = /^(?:(.*)=)?(.*)$/s.exec(entry) ?? [];
    if (name?.trim() === address) return readWord(word);
    if (name === undefined) general = readWord(word) ?? general;
  }
  return general;
}

function readWord(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}
