/** A network address taken apart. `host` carries no brackets; `port` is undefined when the text names none. */
export interface HostPort {
  host: string;
  port?: number;
}

/**
 * Reads `host`, `host:port`, `[v6]:port` and the same behind a scheme such as `https://` (transport §1.2).
 * @returns undefined when the text is no address.
 */
export function parseHostPort(text: string): HostPort | undefined {
  const rest = text
    .trim()
    .replace(/^(tcp|http|https):\/\//i, '')
    .replace(/\/.*$/, '');
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(rest);
  if (match === null) return URL.canParse(`http://[${rest}]`) ? { host: rest } : undefined; // an IPv6 address alone
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port < 1 || port > 65535)) return undefined;
  return { host: (match[1] ?? match[2]) as string, ...(port === undefined ? {} : { port }) };
}

/** Joins host and port, with brackets around an IPv6 host. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
