import {
  callWeb,
  chooseHttpProxy,
  DialError,
  type FindAnswer,
  findProxy,
  readWebRoots,
  type WebTarget,
} from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { RpcError, STATUS_CODES } from './errors.js';

/** How to reach a proxy's web port. */
export interface WebOptions {
  /** Accept any server certificate. */
  insecure?: boolean;
  /** File with CA certificates, PEM, that the proxy's certificate may come from. */
  caFile?: string;
  /** Of the process: HTTPS_PROXY and SSL_CERT_FILE count. */
  env?: Record<string, string | undefined>;
  /** For the connection, and for each answer; 30,000 unless given. */
  timeoutMs?: number;
}

/** A proxy's web port, as people who have no certificate yet use it. */
export interface ProxyWeb {
  /** `host:port` that answered. */
  address: string;
  /** The same as it was dialled. */
  target: WebTarget;
  found: FindAnswer;
  /** A GET that is answered with text. @throws RpcError with the server's own words */
  getText(path: string): Promise<string>;
  /** A GET or, with a body, a POST that is answered with JSON. @throws RpcError with the server's own words */
  call(path: string, body?: object): Promise<unknown>;
}

const TIMEOUT_MS = 30_000;
/** Where proxies listen, when an address names no port (login §1.1). */
const USUAL_PORTS = [3080, 443];

/**
 * How a proxy's web port is reached.
 * @param usualPort where the address names none
 * @throws CodedError `bad_parameter`, `ca_file_unreadable`, `ca_file_invalid`; DialError for an HTTP proxy of no use
 */
export async function webTarget(
  address: string,
  usualPort: number,
  { insecure = false, caFile, env = {}, timeoutMs = TIMEOUT_MS }: WebOptions,
): Promise<WebTarget> {
  const parsed = parseHostPort(address);
  if (parsed === undefined) {
    throw new CodedError('bad_parameter', `${JSON.stringify(address)} is no address of a proxy`, {
      hint: 'Write host:port, for example proxy.example.com:443.',
    });
  }
  const { host, port = usualPort } = parsed;
  const proxy = chooseHttpProxy(env, { host, port });
  const roots = insecure ? [] : await readWebRoots({ caFile, sslCertFile: env.SSL_CERT_FILE });
  return { host, port, roots, insecure, timeoutMs, ...(proxy === undefined ? {} : { proxy }) };
}

/**
 * Asks a proxy's web port what cluster it belongs to and how it is reached; needs no credentials.
 * @param address the port is 443 unless given
 * @throws CodedError `bad_parameter`, `proxy_unreachable`, `proxy_not_found`
 */
export async function findCluster(address: string, options: WebOptions = {}): Promise<FindAnswer> {
  return findAt(await explaining(address, () => webTarget(address, 443, options)));
}

/**
 * Finds the proxy at an address; without a port the usual ones are tried side by side.
 * @throws CodedError `bad_parameter`, `proxy_unreachable`, `proxy_not_found`
 */
export async function openProxyWeb(
  address: string,
  options: WebOptions = {},
  usualPorts: readonly number[] = USUAL_PORTS,
): Promise<ProxyWeb> {
  const port = parseHostPort(address)?.port;
  const tries = (port === undefined ? usualPorts : [port]).map((one) => ({ port: one, end: new AbortController() }));
  try {
    return await Promise.any(
      tries.map(async ({ port, end }) => {
        const target = await explaining(address, () => webTarget(address, port, options));
        const web = await openAt({ ...target, signal: end.signal });
        for (const other of tries) if (other.end !== end) other.end.abort(); // or they would keep the process waiting
        return web;
      }),
    );
  } catch (error) {
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  }
}

async function openAt(target: WebTarget): Promise<ProxyWeb> {
  const found = await findAt(target);
  const address = formatHostPort(target.host, target.port);
  const ask = async (path: string, body?: object) => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const answer = await explaining(address, () => callWeb(target, path, json));
    if (answer.status !== 200) throw refusal(path, answer);
    return answer.body;
  };
  return { address, target, found, getText: ask, call: async (path, body) => parseJson(path, await ask(path, body)) };
}

async function findAt(target: WebTarget): Promise<FindAnswer> {
  const address = formatHostPort(target.host, target.port);
  const found = await explaining(address, () => findProxy(target));
  if (found !== undefined) return found;
  throw new CodedError('proxy_not_found', `no Teleport proxy answers at ${address}`);
}

async function explaining<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new CodedError('proxy_unreachable', `cannot reach the proxy at ${address}: ${error.message}`, {
      cause: error,
      hint:
        error.failure === 'server_certificate'
          ? 'Name the authority of that certificate with --ca-file=FILE'
          : 'Check the address and that the cluster runs',
    });
  }
}

function refusal(path: string, { status, body }: { status: number; body: string }): RpcError {
  const message = messageOf(body) ?? `the proxy answered with HTTP status ${status}`;
  const code = STATUS_CODES[status] ?? 'unknown';
  const hint = { hint: 'Too many tries came from this address: wait as long as the proxy says, then try again.' };
  return new RpcError(code, path, message, code === 'limit_exceeded' ? hint : {});
}

function messageOf(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined; // some other server's page
  }
}

function parseJson(path: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new CodedError('bad_answer', `the proxy's answer to ${path} is not JSON`, { cause });
  }
}
