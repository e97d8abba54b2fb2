import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { issueHostCertificates } from '../../src/lib/cluster/ca/host-certificates.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import {
  authorizedKeyLine,
  generatePrivateKey,
  parsePublicKey,
  publicKeyPem,
  teleportKeyPem,
} from '../../src/lib/crypto/index.js';

/**
 * Writes a teleport.yaml and a data folder as an auth service has them, with an identity of the built-in administrator of
 * an embedded cluster (transport §4).
 * @returns the path of the teleport.yaml
 */
export async function writeAuthHost(folder: string, { state, authAddress }: RunningCluster): Promise<string> {
  const { authorities, clusterName, clock, hostId } = state;
  const key = await generatePrivateKey('ecdsa-p256');
  const publicKey = parsePublicKey(publicKeyPem(key));
  const { tls, ssh } = await issueHostCertificates({
    authorities,
    clusterName,
    now: clock(),
    hostId,
    nodeName: '',
    role: 'Admin',
    systemRoles: [],
    additionalPrincipals: [],
    dnsNames: [],
    tlsPublicKey: publicKey,
    sshPublicKey: publicKey,
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const identity = {
    kind: 'identity',
    version: 'v2',
    metadata: { name: 'current' },
    spec: {
      key: base64(teleportKeyPem(key)),
      tls_cert: base64(tls),
      tls_ca_certs: authorities.host.trustedTlsCertPems.map(base64),
      ssh_cert: base64(ssh),
      ssh_ca_certs: [base64(`${authorizedKeyLine(authorities.host.sshKey)}\n`)],
    },
  };
  await mkdir(join(folder, 'proc'), { recursive: true });
  await writeFile(join(folder, 'host_uuid'), hostId);
  const database = new DatabaseSync(join(folder, 'proc', 'sqlite.db'));
  database.exec(
    'CREATE TABLE kv (key TEXT NOT NULL PRIMARY KEY, modified INTEGER NOT NULL, expires DATETIME, value BLOB, revision TEXT NOT NULL DEFAULT "")',
  );
  const insert = database.prepare('INSERT INTO kv (key, modified, value) VALUES (?, 0, ?)');
  insert.run('/ids/admin/current', Buffer.from(JSON.stringify(identity)));
  database.close();
  const configFile = join(folder, 'teleport.yaml');
  await writeFile(
    configFile,
    `version: v3
teleport: {data_dir: ${folder}}
auth_service: {enabled: yes, cluster_name: ${clusterName}, listen_addr: ${authAddress}}
ssh_service: {enabled: no}
proxy_service: {enabled: no}
`,
  );
  return configFile;
}
