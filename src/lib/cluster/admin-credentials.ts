import { type KeyObject, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  authorizedKeyLine,
  type CertificateIdentity,
  certAuthorityLine,
  clusterHostPatterns,
  formatIdentityFile,
  generatePrivateKey,
  sshKeyPem,
  teleportKeyPem,
} from '../crypto/index.js';
import { writeFileAtomic } from '../util/atomic-file.js';
import { parseHostPort } from '../util/host-port.js';
import { issueUserCertificates } from './ca/index.js';
import type { ClusterState } from './state.js';

export interface AdminCredentialOptions {
  state: ClusterState;
  username: string;
  roles: readonly string[];
  /** Both forms are written below it: `admin.pem` and `tsh`. */
  dataDir: string;
  ttlMs: number;
}

/** Writes both forms of an administrator's credentials, each with keys of its own. @returns where they are */
export async function writeAdminCredentials(
  options: AdminCredentialOptions,
): Promise<{ identityFile: string; tshHome: string }> {
  const identityFile = join(options.dataDir, 'admin.pem');
  const tshHome = join(options.dataDir, 'tsh');
  await Promise.all([writeAdminIdentityFile(identityFile, options), writeTshHome(tshHome, options)]);
  return { identityFile, tshHome };
}

type HolderOptions = Omit<AdminCredentialOptions, 'dataDir'>;

/** Writes an identity file (transport §3), readable by its owner alone. One key serves TLS and SSH. */
export async function writeAdminIdentityFile(path: string, options: HolderOptions): Promise<void> {
  const { clusterName, authorities } = options.state;
  const key = await generatePrivateKey('ecdsa-p256');
  const { tls, ssh } = await issue(options, key, key);
  const hostKey = authorizedKeyLine(authorities.host.sshKey);
  const text = formatIdentityFile({
    keyPem: teleportKeyPem(key),
    sshCertificate: ssh,
    tlsCertPem: tls,
    sshCaLines: [certAuthorityLine({ hosts: [clusterName, `*.${clusterName}`], key: hostKey })],
    tlsCaPems: authorities.host.trustedTlsCertPems,
  });
  await writeFileAtomic(path, text);
}

/** Writes a TELEPORT_HOME folder as after a login (login §3.2): profile last, so that it never names missing files. */
export async function writeTshHome(folder: string, options: HolderOptions): Promise<void> {
  const { username, state } = options;
  const { clusterName, authorities, addresses } = state;
  const [tlsKey, sshKey] = await Promise.all([generatePrivateKey('ecdsa-p256'), generatePrivateKey('ed25519')]);
  const { tls, ssh } = await issue(options, tlsKey, sshKey);
  const proxyHost = parseHostPort(addresses.proxy)?.host ?? clusterName;
  const hosts = clusterHostPatterns(proxyHost, clusterName);
  const hostKey = authorizedKeyLine(authorities.host.sshKey);
  const cas = authorities.host.trustedTlsCertPems;
  const keys = join('keys', proxyHost);
  const files: [path: string, text: string, mode: number][] = [
    [join(keys, `${username}.key`), teleportKeyPem(tlsKey), 0o600],
    [join(keys, `${username}.crt`), tls, 0o600],
    [join(keys, username), sshKeyPem(sshKey), 0o600],
    [join(keys, `${username}.pub`), `${authorizedKeyLine(sshKey)}\n`, 0o600],
    [join(keys, `${username}-ssh`, `${clusterName}-cert.pub`), ssh, 0o600],
    [join(keys, 'cas', `${clusterName}.pem`), cas.join(''), 0o640],
    [join(keys, 'certs.pem'), cas.map((pem) => `${pem}\n`).join(''), 0o640],
    ['known_hosts', `${certAuthorityLine({ hosts, key: hostKey })}\n`, 0o640],
    [`${proxyHost}.yaml`, profileText(options), 0o660],
    ['current-profile', `${proxyHost}\n`, 0o660],
  ];
  for (const [path, text, mode] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(folder, path), text, { mode });
  }
}

/** A fresh pair of certificates; like a real administrator without logins, it has a principal that opens no host. */
function issue(options: HolderOptions, tlsKey: KeyObject, sshKey: KeyObject) {
  const { state, username, roles, ttlMs } = options;
  const identity: CertificateIdentity = {
    username,
    roles: [...roles],
    usage: [],
    principals: [`-teleport-nologin-${randomUUID()}`, '-teleport-internal-join'],
    routeToCluster: state.clusterName,
    traits: {},
    teleportCluster: state.clusterName,
    userType: 'local',
    privateKeyPolicy: 'none',
  };
  return issueUserCertificates({
    authorities: state.authorities,
    identity,
    now: state.clock(),
    ttlMs,
    ssh: { portForwarding: true, agentForwarding: true, x11Forwarding: false },
    tlsPublicKey: tlsKey,
    sshPublicKey: sshKey,
  });
}

/** The profile of a cluster behind one TLS-routing proxy (login §3.3). JSON strings are YAML strings. */
function profileText({ state, username }: HolderOptions): string {
  const proxy = JSON.stringify(state.addresses.proxy);
  return `web_proxy_addr: ${proxy}
ssh_proxy_addr: ${proxy}
kube_proxy_addr: ${proxy}
postgres_proxy_addr: ${proxy}
mysql_proxy_addr: ${proxy}
user: ${JSON.stringify(username)}
cluster: ${JSON.stringify(state.clusterName)}
dir: ""
tls_routing_enabled: true
mfa_mode: auto
private_key_policy: none
piv_slot: ""
piv_pin_cache_ttl: 0s
missingclusterdetails: false
ssh_dial_timeout: 30s
`;
}
