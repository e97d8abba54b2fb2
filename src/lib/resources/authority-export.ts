import {
  certAuthorityLine,
  parseAuthorizedKey,
  parsePrivateKey,
  readPemBlock,
  sshFingerprint,
} from '../crypto/index.js';
import type { CertAuthorityV2, SSHKeyPair } from '../gen/types/cert_authorities_pb.js';

export interface SshExportOptions {
  /** Private keys instead of public ones. */
  privateKeys: boolean;
  /** All as lines of known_hosts, as Teleport 1.0 had them. */
  asKnownHosts: boolean;
  /** Only the key that has it: `SHA256:` and base64. */
  fingerprint?: string | undefined;
}

/** The SSH keys of an authority, one text each, with their newlines (cli §17.1). Private keys are those that sign. */
export function exportSshKeys({ spec }: CertAuthorityV2, options: SshExportOptions): string[] {
  const { type = '', clusterName = '', activeKeys, additionalTrustedKeys } = spec ?? {};
  const active = activeKeys?.ssh ?? [];
  const keys = options.privateKeys ? active : [...active, ...(additionalTrustedKeys?.ssh ?? [])];
  const { fingerprint } = options;
  const wanted = fingerprint === undefined ? keys : keys.filter((key) => fingerprintOf(key) === fingerprint);
  return wanted.map(({ publicKey, privateKey }) => {
    if (options.privateKeys) return `${Buffer.from(privateKey).toString('utf8')}\n`;
    const key = Buffer.from(publicKey).toString('utf8').trim();
    if (type === 'host' || options.asKnownHosts) {
      return `${certAuthorityLine({ hosts: [clusterName, `*.${clusterName}`], key })}\n`;
    }
    return `cert-authority ${key} clustername=${encodeURIComponent(clusterName)}&type=user\n`;
  });
}

function fingerprintOf({ publicKey, privateKey }: SSHKeyPair): string {
  const line = Buffer.from(publicKey).toString('utf8');
  return sshFingerprint(
    line === '' ? parsePrivateKey(Buffer.from(privateKey).toString('utf8')) : parseAuthorizedKey(line).key,
  );
}

/**
 * The TLS certificates of an authority, or the private keys that sign. Certificates that are trusted without signing are
 * among them, as from 18.6.5 on.
 */
export function exportTlsKeys(
  { spec }: CertAuthorityV2,
  { privateKeys, form }: { privateKeys: boolean; form: 'pem' | 'der' },
): Uint8Array[] {
  const active = spec?.activeKeys?.tls ?? [];
  const items = privateKeys
    ? active.map(({ key }) => key)
    : [...active, ...(spec?.additionalTrustedKeys?.tls ?? [])].map(({ cert }) => cert);
  return form === 'pem' ? items : items.map((pem) => readPemBlock(Buffer.from(pem).toString('utf8')).der);
}
