import { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';

import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { DialError } from './errors.js';
import { isNumericAddress } from './verify-server.js';

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
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw unusable(url?.protocol ?? 'no URL');
  if (!isDecodable(url.username + url.password)) throw unusable('a percent sign in its login must be written as %25');
  return url;
}

/** The text itself stays out of the message: it may hold a password. */
function unusable(why: string): DialError {
  return new DialError('http_proxy', `the environment names an HTTP proxy that cannot be used: ${why}`);
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isInNetwork('127.0.0.0/8', host) || isInNetwork('::1/128', host);
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
      if (isNumericAddress(parsed.host)) return isInNetwork(`${parsed.host}/${widthOf(parsed.host)}`, host);
      const domain = parsed.host.replace(/^\*(?=\.)/, '');
      const name = host.toLowerCase();
      return domain.startsWith('.') ? name.endsWith(domain) : name === domain || name.endsWith(`.${domain}`);
    });
}

/** @param network `address/bits`; what is no network covers nothing */
function isInNetwork(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  if (!isNumericAddress(host) || widthOf(host) !== widthOf(address) || !/^\d+$/.test(bits)) return false;
  const family = widthOf(host) === 128 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(bits), family);
    return list.check(host, family);
  } catch {
    return false;
  }
}

/** Bits of an address. */
function widthOf(address: string): number {
  return address.includes(':') ? 128 : 32;
}

/** Has an HTTP proxy connect to the target, and gives the stream to it. @throws DialError */
export function openTunnel(
  proxy: URL,
  target: Target,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Duplex> {
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
      signal,
    });
    const fail = (failure: 'http_proxy' | 'timed_out', message: string, cause?: Error) => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(new DialError(failure, `${name} ${message}`, { cause }));
    };
    // Not the socket's own time limit, which begins with the connection and again with every byte.
    const timer = setTimeout(() => fail('timed_out', `did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    outgoing.on('error', (error) => fail('http_proxy', `cannot be reached: ${error.message}`, error));
    const refuse = (status: number | undefined) => fail('http_proxy', `refused to connect to ${path} (HTTP ${status})`);
    outgoing.once('response', (response) => refuse(response.statusCode));
    outgoing.once('connect', (response, socket, head) => {
      if (response.statusCode !== 200) return refuse(response.statusCode);
      clearTimeout(timer);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.end();
  });
}
