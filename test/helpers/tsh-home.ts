import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseIdentityFile } from '../../src/lib/credentials/index.js';
import { parsePrivateKey, sshKeyPem } from '../../src/lib/crypto/index.js';

export interface TshHomeOptions {
  /** Identity file whose keys and certificates the profile gets. */
  identityFile: string;
  username: string;
  clusterName: string;
  /** `host:port` of the proxy that the profile is for. */
  proxyAddress: string;
}

/** Writes what `tsh login` leaves in a folder (login §3.2), so that no test needs a terminal for a password. */
export async function writeTshHome(folder: string, options: TshHomeOptions): Promise<void> {
  const { identityFile, username, clusterName, proxyAddress } = options;
  const identity = parseIdentityFile(await readFile(identityFile, 'utf8'), identityFile);
  const host = proxyAddress.slice(0, proxyAddress.lastIndexOf(':'));
  const keys = join('keys', host);
  const files: Record<string, string> = {
    [join(keys, `${username}.key`)]: identity.keyPem,
    [join(keys, `${username}.crt`)]: identity.certPem,
    [join(keys, username)]: sshKeyPem(parsePrivateKey(identity.keyPem)),
    [join(keys, `${username}-ssh`, `${clusterName}-cert.pub`)]: `${identity.sshCertificate}\n`,
    [join(keys, 'cas', `${clusterName}.pem`)]: identity.caPems.join(''),
    known_hosts: `${identity.sshHostCas.join('\n')}\n`,
    'current-profile': `${host}\n`,
    [`${host}.yaml`]: `web_proxy_addr: ${proxyAddress}
ssh_proxy_addr: ${proxyAddress}
user: ${username}
cluster: ${clusterName}
tls_routing_enabled: true
`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  }
}
