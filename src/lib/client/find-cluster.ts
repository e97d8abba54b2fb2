import { chooseHttpProxy, type FindAnswer, findProxy, readWebRoots } from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';

export type { FindAnswer };

export interface FindOptions {
  /** Accept any server certificate. */
  insecure?: boolean;
  /** Of the process: HTTPS_PROXY and SSL_CERT_FILE count. */
  env?: Record<string, string | undefined>;
  timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks a proxy's web port what cluster it belongs to and how it is reached; needs no credentials.
 * @throws CodedError `bad_parameter`, `dial_failed`, `proxy_not_found`
 */
export async function findCluster(proxyAddress: string, options: FindOptions = {}): Promise<FindAnswer> {
  const { insecure = false, env = {}, timeoutMs = TIMEOUT_MS } = options;
  const parsed = parseHostPort(proxyAddress);
  if (parsed === undefined) throw new CodedError('bad_parameter', `${JSON.stringify(proxyAddress)} is no address`);
  const { host, port = 443 } = parsed;
  const proxy = chooseHttpProxy(env, { host, port });
  const roots = insecure ? [] : await readWebRoots(env.SSL_CERT_FILE ? { sslCertFile: env.SSL_CERT_FILE } : {});
  const found = await findProxy({ host, port, roots, insecure, timeoutMs, ...(proxy === undefined ? {} : { proxy }) });
  if (found === undefined) throw new CodedError('proxy_not_found', `no Teleport proxy answers at ${proxyAddress}`);
  return found;
}
