import { isErrorCode } from '../util/coded-error.js';
import { formatHostPort } from '../util/host-port.js';
import { dialWeb, type WebTarget } from './dial-web.js';
import { DialError } from './errors.js';
import { type HttpAnswer, httpGet, httpPost } from './https-get.js';
import { type ProxySettings, proxySshAddress, textOf } from './proxy-addresses.js';

/** The parts of a proxy's `/webapi/find` that tell how to reach what is behind it (transport §7.1). */
export interface FindAnswer {
  clusterName: string;
  serverVersion: string;
  tlsRoutingEnabled: boolean;
  /** `host:port` of the web port; empty when the proxy does not know. */
  publicAddress: string;
  /** `host:port`; undefined when there is none of its own. */
  kubePublicAddress?: string;
  kubeListenAddress?: string;
  /** Where the proxy takes SSH and the gRPC service beside it, `host:port`. */
  sshAddress: string;
}

/** Asks whether a proxy's web port answers at an address. @returns undefined when something else answers. @throws DialError */
export async function findProxy(target: WebTarget): Promise<FindAnswer | undefined> {
  const answer = await callWeb(target, '/webapi/find');
  if (answer.status !== 200) return undefined;
  try {
    const found = JSON.parse(answer.body) as {
      cluster_name?: unknown;
      server_version?: unknown;
      proxy?: ProxySettings;
    };
    if (typeof found.cluster_name !== 'string') return undefined;
    return {
      clusterName: found.cluster_name,
      serverVersion: String(found.server_version ?? ''),
      tlsRoutingEnabled: found.proxy?.tls_routing_enabled === true,
      publicAddress: textOf(found.proxy?.ssh?.public_addr) ?? '',
      ...kubeAddresses(found.proxy),
      sshAddress: proxySshAddress(found.proxy ?? {}, target.host),
    };
  } catch {
    return undefined; // not JSON: some other web server
  }
}

function kubeAddresses({ kube }: ProxySettings = {}): Pick<FindAnswer, 'kubePublicAddress' | 'kubeListenAddress'> {
  const [publicAddress, listenAddress] = [textOf(kube?.public_addr), textOf(kube?.listen_addr)];
  return {
    ...(publicAddress === undefined ? {} : { kubePublicAddress: publicAddress }),
    ...(listenAddress === undefined ? {} : { kubeListenAddress: listenAddress }),
  };
}

/**
 * A request to a proxy's web port: a GET, or a POST when there is a JSON text to send.
 * @throws DialError also where the answer does not come or is cut off; CodedError `message_too_large`
 */
export async function callWeb(target: WebTarget, path: string, json?: string): Promise<HttpAnswer> {
  const { host, port, timeoutMs } = target;
  const socket = await dialWeb(target, ['http/1.1']);
  const giveUp = () => void socket.destroy();
  target.signal?.addEventListener('abort', giveUp);
  const question = { host: formatHostPort(host, port), path, timeoutMs };
  try {
    return await (json === undefined ? httpGet(socket, question) : httpPost(socket, { ...question, json }));
  } catch (error) {
    if (isErrorCode(error, 'connection_lost')) throw new DialError('closed', error.message, { cause: error });
    if (isErrorCode(error, 'timed_out')) throw new DialError('timed_out', error.message, { cause: error });
    throw error;
  } finally {
    target.signal?.removeEventListener('abort', giveUp);
  }
}
