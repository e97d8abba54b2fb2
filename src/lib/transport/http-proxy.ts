import { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';

import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { DialError } from './errors.js';

type Environment = Record<string, string | undefined>;

interface Target {
  host: string;
  port: number;
}

/**
 * The HTTP proxy that the environment names for a target (transport §5.6): HTTPS_PROXY before HTTP_PROXY, in capitals
 * or not; none for this machine itself or for what NO_PROXY lists.
 * @throws DialError when the variable holds no URL of a proxy that can be used
 */
export function chooseHttpProxy(env: Environment, target: Target): URL | undefined {
  const text = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  if (!text || isLoopback(target.host) || isListed(env.NO_PROXY || env.no_proxy || '', target)) return undefined;
  const url = URL.parse(/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new DialError(
      'http_proxy',
      `the environment names an HTTP proxy that cannot be used: ${url?.protocol ?? 'no URL'}`,
    );
  return url;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Whether one entry of NO_PROXY covers the target: `*`, a domain with what is below it, `.domain` for that alone, an address, a network. */
function isListed(noProxy: string, { host, port }: Target): boolean {
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInNetwork(entry, host);
      const parsed = parseHostPort(entry);
      if (parsed === undefined || (parsed.port !== undefined && parsed.port !== port)) return false;
      const domain = parsed.host.replace(/^\*(?=\.)/, '');
      const name = host.toLowerCase();
      return domain.startsWith('.') ? name.endsWith(domain) : name === domain || name.endsWith(`.${domain}`);
    });
}

function isInNetwork(network: string, host: string): boolean {
  const [address = '', bits] = network.split('/');
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
  if (!/^[0-9.]+$|:/.test(host) || family(host) !== family(address)) return false;
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(bits), family(address));
  } catch {
    return false; // an entry that is no network covers nothing
  }
  return list.check(host, family(host));
}

/** Has an HTTP proxy connect to the target, and gives the stream to it. @throws DialError */
export function openTunnel(proxy: URL, target: Target, timeoutMs: number): Promise<Duplex> {
  const name = `HTTP proxy ${proxy.host}`;
  const path = formatHostPort(target.host, target.port);
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const { request } = process.getBuiltinModule(proxy.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method: 'CONNECT',
      protocol: proxy.protocol,
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path,
      headers: {
        host: path,
        ...(proxy.username ? { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` } : {}),
      },
      agent: false,
    });
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new DialError('timed_out', `${name} did not answer within ${timeoutMs / 1000} s`)),
    );
    outgoing.once('error', (error) =>
      reject(
        error instanceof DialError
          ? error
          : new DialError('http_proxy', `${name} cannot be reached: ${error.message}`, { cause: error }),
      ),
    );
    const refuse = (status: number | undefined) => {
      outgoing.destroy();
      reject(new DialError('http_proxy', `${name} refused to connect to ${path} (HTTP ${status})`));
    };
    outgoing.once('response', (response) => refuse(response.statusCode));
    outgoing.once('connect', (response, socket, head) => {
      if (response.statusCode !== 200) return refuse(response.statusCode);
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.end();
  });
}
