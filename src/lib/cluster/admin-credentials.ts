import { type KeyObject, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  authorizedKeyLine,
  type CertificateIdentity,
  certAuthorityLine,
  formatIdentityFile,
  generatePrivateKey,
  teleportKeyPem,
  tshHomeFiles,
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

/** Writes a TELEPORT_HOME folder as after a login (login §3.2). */
export async function writeTshHome(folder: string, options: HolderOptions): Promise<void> {
  const { username, state } = options;
  const { clusterName, authorities, addresses } = state;
  const [tlsKey, sshKey] = await Promise.all([generatePrivateKey('ecdsa-p256'), generatePrivateKey('ed25519')]);
  const { tls, ssh } = await issue(options, tlsKey, sshKey);
  const files = tshHomeFiles({
    username,
    clusterName,
    proxyAddress: addresses.proxy,
    proxyHost: parseHostPort(addresses.proxy)?.host ?? clusterName,
    sshProxyAddress: addresses.proxy,
    tlsRouting: true,
    tlsKey,
    tlsCertPem: tls,
    sshKey,
    sshCertificate: ssh,
    hostCaPems: authorities.host.trustedTlsCertPems,
    hostCaKeys: [authorizedKeyLine(authorities.host.sshKey)],
  });
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(folder, path), text);
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
    impersonator: `${state.hostId}.${state.clusterName}`, // the host makes them for somebody else, as "tctl auth sign" does
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
