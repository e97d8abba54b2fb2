import { callWeb, chooseHttpProxy, DialError, type FindAnswer, findProxy, readWebRoots } from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { RpcError, STATUS_CODES } from './errors.js';

export interface WebOptions {
  /** Accept any server certificate. */
  insecure?: boolean;
  /** File with CA certificates, PEM, that the proxy's certificate may come from. */
  caFile?: string;
  /** Of the process: HTTPS_PROXY and SSL_CERT_FILE count. */
  env?: Record<string, string | undefined>;
  timeoutMs?: number;
}

/** A proxy's web port, as people who have no certificate yet use it. */
export interface ProxyWeb {
  /** `host:port` that answered. */
  address: string;
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
 * Finds the proxy at an address; without a port the usual ones are tried side by side.
 * @throws CodedError `bad_parameter`, `proxy_unreachable`, `proxy_not_found`
 */
export async function openProxyWeb(address: string, options: WebOptions = {}): Promise<ProxyWeb> {
  const { insecure = false, env = {}, timeoutMs = TIMEOUT_MS, caFile } = options;
  const parsed = parseHostPort(address);
  if (parsed === undefined) {
    throw new CodedError('bad_parameter', `${JSON.stringify(address)} is no address of a proxy`, {
      hint: 'Write host:port, for example proxy.example.com:443.',
    });
  }
  const roots = insecure ? [] : await readWebRoots({ caFile, sslCertFile: env.SSL_CERT_FILE });
  const ports = parsed.port === undefined ? USUAL_PORTS : [parsed.port];
  try {
    return await Promise.any(ports.map((port) => openAt({ host: parsed.host, port })));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  }

  async function openAt({ host, port }: { host: string; port: number }): Promise<ProxyWeb> {
    const at = formatHostPort(host, port);
    const proxy = chooseHttpProxy(env, { host, port });
    const target = { host, port, roots, insecure, timeoutMs, ...(proxy === undefined ? {} : { proxy }) };
    const found = await explaining(at, () => findProxy(target));
    if (found === undefined) throw new CodedError('proxy_not_found', `no Teleport proxy answers at ${at}`);
    const ask = async (path: string, body?: object) => {
      const json = body === undefined ? undefined : JSON.stringify(body);
      const answer = await explaining(at, () => callWeb(target, path, json));
      if (answer.status !== 200) throw refusal(path, answer);
      return answer.body;
    };
    return { address: at, found, getText: ask, call: async (path, body) => parseJson(path, await ask(path, body)) };
  }
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
