import { isIP } from 'node:net';

import { dump } from 'js-yaml';

import type { FindAnswer } from '../../client/index.js';
import { API_DOMAIN } from '../../util/cluster-hostname.js';
import { CodedError } from '../../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../../util/host-port.js';

/** How `kubectl` reaches Kubernetes clusters behind a proxy. */
export interface KubeRoute {
  /** `https://host:port`, without a path. */
  server: string;
  /** For the TLS handshake, where the proxy tells protocols apart by it. */
  tlsServerName?: string;
}

const SERVER_NAME_PREFIX = 'kube-teleport-proxy-alpn.';

/** The address of Kubernetes clusters behind a proxy (tbot §4). @param webAddress the proxy's, `host:port` @throws CodedError `kube_address_unknown` */
export function kubeRoute(found: FindAnswer, webAddress: string): KubeRoute {
  const { host } = parseHostPort(webAddress) ?? { host: webAddress };
  if (found.tlsRoutingEnabled) {
    const isName = host !== 'localhost' && isIP(host) === 0;
    return { server: `https://${webAddress}`, tlsServerName: SERVER_NAME_PREFIX + (isName ? host : API_DOMAIN) };
  }
  if (found.kubePublicAddress) return { server: `https://${found.kubePublicAddress}` };
  const port = parseHostPort(found.kubeListenAddress ?? '')?.port;
  if (port === undefined)
    throw new CodedError('kube_address_unknown', 'the proxy tells no address for Kubernetes', {
      hint: 'Switch Kubernetes access on in the proxy service of the cluster.',
    });
  return { server: `https://${formatHostPort(host, port)}` };
}

/** How `kubectl` proves who it is: by a program that it asks, or by a certificate and its key, PEM. */
export type KubeUser = { program: string; folder: string } | { certificate: string; key: string };

export interface KubeContext {
  /** Of the context and of the cluster. */
  name: string;
  user: string;
  server: string;
  namespace?: string;
}

export interface Kubeconfig {
  contexts: readonly KubeContext[];
  user: { name: string; credentials: KubeUser };
  /** PEM. */
  authorities: string;
  tlsServerName?: string;
}

/** The text of a kubeconfig, its keys and lists in the order of the real tool; the first context is the current one. */
export function kubeconfigText({ contexts, user, authorities, tlsServerName }: Kubeconfig): string {
  const sorted = [...contexts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const document = {
    apiVersion: 'v1',
    clusters: sorted.map(({ name, server }) => ({
      cluster: {
        'certificate-authority-data': base64(authorities),
        server,
        ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
      },
      name,
    })),
    contexts: sorted.map(({ name, user, namespace }) => ({
      context: { cluster: name, ...(namespace === undefined ? {} : { namespace }), user },
      name,
    })),
    'current-context': contexts[0]?.name ?? '',
    kind: 'Config',
    preferences: {},
    users: [{ name: user.name, user: credentialsOf(user.credentials) }],
  };
  return dump(document, { lineWidth: -1, seqNoIndent: true, noRefs: true });
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
