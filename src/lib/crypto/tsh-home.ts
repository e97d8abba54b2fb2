import type { KeyObject } from 'node:crypto';
import { sshKeyPem, teleportKeyPem } from './keys.js';
import { certAuthorityLine, clusterHostPatterns } from './known-hosts.js';
import { authorizedKeyLine } from './ssh-public-key.js';

/** What a login gives, as a tsh home keeps it. */
export interface TshLogin {
  username: string;
  clusterName: string;
  /** `host:port` as the proxy announces itself; its host names the profile. */
  proxyAddress: string;
  proxyHost: string;
  /** `host:port` of the proxy's SSH side; the web address where TLS routing is on. */
  sshProxyAddress: string;
  tlsRouting: boolean;
  /** The connector that was logged in by, where it is not the default one. */
  connector?: string;
  tlsKey: KeyObject;
  tlsCertPem: string;
  sshKey: KeyObject;
  /** One line, with its newline. */
  sshCertificate: string;
  /** The cluster's host authority: TLS certificates, PEM, and SSH keys as authorized_keys lines. */
  hostCaPems: readonly string[];
  hostCaKeys: readonly string[];
}

/**
 * The files of a login below a tsh home, in the order of writing (login §3.2): the profile late, so that it never names
 * missing files. `known_hosts` and `current-profile`, which logins share, are the last.
 */
export function tshHomeFiles(login: TshLogin): { path: string; text: string }[] {
  const { username, clusterName, proxyHost, tlsKey, sshKey, hostCaPems } = login;
  const keys = `keys/${proxyHost}`;
  return [
    { path: `${keys}/${username}.key`, text: teleportKeyPem(tlsKey) },
    { path: `${keys}/${username}.crt`, text: login.tlsCertPem },
    { path: `${keys}/${username}`, text: sshKeyPem(sshKey) },
    { path: `${keys}/${username}.pub`, text: `${authorizedKeyLine(sshKey)}\n` },
    { path: `${keys}/${username}-ssh/${clusterName}-cert.pub`, text: login.sshCertificate },
    { path: `${keys}/cas/${clusterName}.pem`, text: hostCaPems.join('') },
    { path: `${keys}/certs.pem`, text: hostCaPems.map((pem) => `${pem}\n`).join('') },
    { path: `${proxyHost}.yaml`, text: profileText(login) },
    { path: 'known_hosts', text: knownHostsText(login) },
    { path: 'current-profile', text: `${proxyHost}\n` },
  ];
}

function knownHostsText({ proxyHost, clusterName, hostCaKeys }: TshLogin): string {
  const hosts = clusterHostPatterns(proxyHost, clusterName);
  return hostCaKeys.map((key) => `${certAuthorityLine({ hosts, key })}\n`).join('');
}

/** The profile (login §3.3). JSON strings are YAML strings. */
function profileText({
  proxyAddress,
  sshProxyAddress,
  username,
  clusterName,
  tlsRouting,
  connector,
}: TshLogin): string {
  const proxy = JSON.stringify(proxyAddress);
  const routed = tlsRouting
    ? `kube_proxy_addr: ${proxy}\npostgres_proxy_addr: ${proxy}\nmysql_proxy_addr: ${proxy}\n`
    : '';
  return `web_proxy_addr: ${proxy}
ssh_proxy_addr: ${JSON.stringify(sshProxyAddress)}
${routed}${connector === undefined ? '' : `auth_connector: ${JSON.stringify(connector)}\n`}user: ${JSON.stringify(username)}
cluster: ${JSON.stringify(clusterName)}
dir: ""
tls_routing_enabled: ${tlsRouting}
mfa_mode: auto
private_key_policy: none
piv_slot: ""
piv_pin_cache_ttl: 0s
missingclusterdetails: false
ssh_dial_timeout: 30s
`;
}
