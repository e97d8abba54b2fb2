import { isIP } from 'node:net';

import { CORE_SCHEMA, dump, load } from 'js-yaml';

import { API_DOMAIN } from '../util/cluster-hostname.js';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';

/** What a proxy tells of how Kubernetes clusters behind it are reached. */
export interface KubeProxy {
  tlsRoutingEnabled: boolean;
  kubePublicAddress?: string | undefined;
  kubeListenAddress?: string | undefined;
}

/** How `kubectl` reaches Kubernetes clusters behind a proxy. */
export interface KubeRoute {
  /** `https://host:port`, without a path. */
  server: string;
  /** For the TLS handshake, where the proxy tells protocols apart by it. */
  tlsServerName?: string;
}

const SERVER_NAME_PREFIX = 'kube-teleport-proxy-alpn.';

/** The address of Kubernetes clusters behind a proxy (tbot §4). @param webAddress the proxy's, `host:port` @throws CodedError `kube_address_unknown` */
export function kubeRoute(found: KubeProxy, webAddress: string): KubeRoute {
  const { host } = parseHostPort(webAddress) ?? { host: webAddress };
  if (found.tlsRoutingEnabled) return { server: `https://${webAddress}`, tlsServerName: kubeServerName(host) };
  if (found.kubePublicAddress) return { server: `https://${found.kubePublicAddress}` };
  const port = parseHostPort(found.kubeListenAddress ?? '')?.port;
  if (port === undefined)
    throw new CodedError('kube_address_unknown', 'the proxy tells no address for Kubernetes', {
      hint: 'Switch Kubernetes access on in the proxy service of the cluster.',
    });
  return { server: `https://${formatHostPort(host, port)}` };
}

/** The name by which a proxy with TLS routing knows connections to Kubernetes clusters. @param host the proxy's */
export function kubeServerName(host: string): string {
  const isName = host !== '' && host !== 'localhost' && isIP(host) === 0;
  return SERVER_NAME_PREFIX + (isName ? host : API_DOMAIN);
}

/** How `kubectl` proves who it is: by a program that it asks, or by a certificate and its key, PEM. */
export type KubeUser = { program: string; folder: string } | { certificate: string; key: string };

/** A way to one Kubernetes cluster that `kubectl` can be told to take. */
export interface KubeContext {
  /** Of the context, and of the cluster unless that has its own. */
  name: string;
  cluster?: string;
  user: string;
  server: string;
  namespace?: string;
  /** The Kubernetes cluster, for `tsh`, which reads it from here. */
  kubeName?: string;
}

/** What a kubeconfig says; all contexts have the one user. */
export interface Kubeconfig {
  contexts: readonly KubeContext[];
  user: { name: string; credentials: KubeUser };
  /** PEM. */
  authorities: string;
  tlsServerName?: string;
}

const KUBE_NAME_EXTENSION = 'teleport.kube.name';

interface Named {
  name: string;
}
type KubeconfigDocument = ReturnType<typeof documentOf>;

/**
 * The text of a kubeconfig, its keys and lists in the order of the real tool; the first context is the current one.
 * @param existing a kubeconfig that it is put into; its other entries stay
 * @throws CodedError `kubeconfig_invalid` where that is none
 */
export function kubeconfigText(kubeconfig: Kubeconfig, existing = ''): string {
  const document = documentOf(kubeconfig);
  const merged = existing.trim() === '' ? document : mergeInto(readKubeconfig(existing), document);
  return dump(merged, { lineWidth: -1, seqNoIndent: true, noRefs: true });
}

function documentOf({ contexts, user, authorities, tlsServerName }: Kubeconfig) {
  const sorted = [...contexts].sort(byName);
  return {
    apiVersion: 'v1',
    clusters: sorted.map(({ name, cluster = name, server }) => ({
      cluster: {
        'certificate-authority-data': base64(authorities),
        server,
        ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
      },
      name: cluster,
    })),
    contexts: sorted.map(({ name, cluster = name, user, namespace, kubeName }) => ({
      context: {
        cluster,
        ...(kubeName === undefined ? {} : { extensions: [{ extension: kubeName, name: KUBE_NAME_EXTENSION }] }),
        ...(namespace === undefined ? {} : { namespace }),
        user,
      },
      name,
    })),
    'current-context': contexts[0]?.name ?? '',
    kind: 'Config',
    preferences: {},
    users: [{ name: user.name, user: credentialsOf(user.credentials) }],
  };
}

/** Entries of the same name are replaced; of a context, what somebody has added to it stays, and so do preferences. */
function mergeInto(existing: Partial<KubeconfigDocument>, added: KubeconfigDocument): KubeconfigDocument {
  const before = new Map((existing.contexts ?? []).map((entry) => [entry.name, entry.context]));
  const contexts = added.contexts.map((entry) => ({
    ...entry,
    context: { ...before.get(entry.name), ...entry.context },
  }));
  return {
    ...existing,
    ...added,
    preferences: existing.preferences ?? added.preferences,
    clusters: united(existing.clusters, added.clusters),
    contexts: united(existing.contexts, contexts),
    users: united(existing.users, added.users),
  };
}

function united<T extends Named>(existing: readonly T[] | null | undefined, added: readonly T[]): T[] {
  const names = new Set(added.map(({ name }) => name));
  return [...(existing ?? []).filter(({ name }) => !names.has(name)), ...added].sort(byName);
}

function byName(a: Named, b: Named): number {
  return a.name < b.name ? -1 : 1;
}

function readKubeconfig(text: string): Partial<KubeconfigDocument> {
  let value: unknown;
  try {
    value = load(text, { schema: CORE_SCHEMA }); // times stay texts
  } catch {
    throw invalid(); // without the cause, which quotes keys
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid();
  const document = value as Partial<KubeconfigDocument>;
  const lists: unknown[] = [document.clusters ?? [], document.contexts ?? [], document.users ?? []];
  if (!lists.every((list) => Array.isArray(list) && list.every(isNamed))) throw invalid();
  return document;
}

function isNamed(entry: unknown): entry is Named {
  return typeof (entry as Partial<Named> | null)?.name === 'string';
}

function invalid(): CodedError {
  return new CodedError('kubeconfig_invalid', 'the file that is there already is no kubeconfig', {
    hint: 'Name another file, or replace this one with --overwrite',
  });
}

function credentialsOf(user: KubeUser) {
  if ('certificate' in user)
    return { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) };
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      args: ['kube', 'credentials', `--destination-dir=${user.folder}`],
      command: user.program,
      env: null,
      provideClusterInfo: false,
    },
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
