import { type Client, type FindAnswer, findCluster, isErrorCode } from '../client/index.js';
import { type KubeRoute, kubeRoute, kubeServerName } from '../resources/kubeconfig.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import { collect } from './collect.js';

const MULTIPLEX = 1;

/** What a kubeconfig leads to. */
export interface KubeTarget extends KubeRoute {
  /** The cluster, or one that trusts it. */
  clusterName: string;
}

export interface KubeOrder {
  /** Address or URL of the proxy; the cluster is asked for it unless given. */
  proxy?: string | undefined;
  leafCluster?: string | undefined;
}

interface Context {
  client: Client;
  /** Of the process: how a proxy is asked. */
  env: Readonly<Record<string, string | undefined>>;
  insecure: boolean;
}

/**
 * How `kubectl` reaches Kubernetes clusters of this cluster or a leaf (cli §17.2).
 * @throws CodedError `not_found` for a leaf that is none, `proxy_unknown`, `kube_address_unknown`
 */
export async function kubeTarget({ proxy, leafCluster }: KubeOrder, context: Context): Promise<KubeTarget> {
  const { client } = context;
  const clusterName = leafCluster ?? client.clusterName;
  if (leafCluster !== undefined) await requireLeafCluster(leafCluster, client);
  return { clusterName, ...(proxy === undefined ? await findRoute(context) : await givenRoute(proxy, context)) };
}

async function requireLeafCluster(name: string, client: Client): Promise<void> {
  const names = (await collect(client.resources.list('remote_cluster'))).map(({ metadata }) => metadata?.name ?? '');
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new CodedError('not_found', `there is no leaf cluster "${name}"`, {
    hint: near ? `Did you mean "${near}"?` : '"tctl get remote_cluster" shows those there are',
  });
}

/** The address is taken as it is: it may be one that only the users of the file can reach. */
async function givenRoute(proxy: string, context: Context): Promise<KubeRoute> {
  const { host, hostname } = proxyUrl(proxy);
  const server = hasScheme(proxy) ? proxy : `https://${proxy}`;
  const ask = () => findCluster(host, context);
  return (await isTlsRouted(context.client, ask)) ? { server, tlsServerName: kubeServerName(hostname) } : { server };
}

async function findRoute(context: Context): Promise<KubeRoute> {
  const proxies = await context.client.proxies();
  const address = proxies.flatMap(({ publicAddresses }) => publicAddresses).find((public_) => public_ !== '');
  if (address === undefined) {
    throw new CodedError('proxy_unknown', 'the cluster tells no public address of its proxy', {
      hint: 'Name it with --proxy=HOST:PORT',
    });
  }
  const ask = () => findCluster(address, context);
  const isRouted = await isTlsRouted(context.client, ask);
  return kubeRoute(isRouted ? { tlsRoutingEnabled: true } : await ask(), address);
}

/** Who may not read the configuration of the cluster asks its proxy. */
async function isTlsRouted(client: Client, ask: () => Promise<FindAnswer>): Promise<boolean> {
  try {
    return (await client.clusterConfig.networkingConfig.get()).spec?.proxyListenerMode === MULTIPLEX;
  } catch (error) {
    if (!isErrorCode(error, 'access_denied')) throw error;
    return (await ask()).tlsRoutingEnabled;
  }
}

/** @throws CodedError `bad_parameter` */
export function proxyUrl(proxy: string): URL {
  const url = URL.parse(hasScheme(proxy) ? proxy : `https://${proxy}`);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new CodedError('bad_parameter', `--proxy=${proxy} is not the address of a proxy`, {
    hint: 'Write it like --proxy=proxy.example.com:443',
  });
}

function hasScheme(address: string): boolean {
  return /^[a-z]+:\/\//i.test(address);
}
