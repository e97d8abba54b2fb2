/** The domain of every name inside a cluster's own TLS certificates (transport §5.7). */
export const API_DOMAIN = 'teleport.cluster.local';

/** The TLS server name under which a cluster's auth service answers: the cluster name in hex, below the API domain (transport, legend). */
export function clusterHostname(clusterName: string): string {
  return `${Buffer.from(clusterName, 'utf8').toString('hex')}.${API_DOMAIN}`;
}
