/** A line of a known_hosts file that names an authority for host certificates. */
export interface CertAuthorityLine {
  /** Host patterns; clusters write the proxy's host, the cluster and `*.<cluster>` (transport §2.1). */
  hosts: string[];
  /** The authority's public key as an authorized_keys line without comment. */
  key: string;
}

/** Writes `@cert-authority <hosts> <key> type=host`, without a newline. */
export function certAuthorityLine({ hosts, key }: CertAuthorityLine): string {
  return `@cert-authority ${hosts.join(',')} ${key.trim()} type=host`;
}

/** The hosts for which the authority of a cluster counts, behind the given proxy. */
export function clusterHostPatterns(proxyHost: string, clusterName: string): string[] {
  return [proxyHost, clusterName, `*.${clusterName}`];
}
