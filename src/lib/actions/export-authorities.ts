import type { Client } from '../client/index.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import { exportSshKeys, exportTlsKeys } from '../resources/authority-export.js';
import { authorityFingerprints } from '../resources/authority-keys.js';
import { AUTHORITY_EXPORTS, type AuthorityExportType } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';

export interface ExportOptions {
  /** The SSH keys of host and user authority unless given. */
  type?: AuthorityExportType | undefined;
  privateKeys?: boolean;
  /** Of the one SSH key that is wanted; `SHA256:` may be left out. */
  fingerprint?: string | undefined;
  /** SSH keys as lines of known_hosts, as Teleport 1.0 had them. */
  asKnownHosts?: boolean;
}

/** @throws CodedError `bad_parameter` where a fingerprint is given for TLS certificates, which are not chosen by one. */
export function requireExportable({ type, fingerprint }: ExportOptions): void {
  if (type === undefined || fingerprint === undefined || AUTHORITY_EXPORTS[type].form === 'ssh') return;
  throw new CodedError('bad_parameter', `--fingerprint chooses among SSH keys, and --type=${type} has none`, {
    hint: 'Leave it out, or use --type=host, --type=user or --type=openssh',
  });
}

/**
 * Certificate authorities of the cluster in the form in which other programs want them (cli §17.1). All SSH keys are one
 * text; TLS certificates are one each.
 * @throws CodedError `not_found` where there is nothing to export
 */
export async function exportAuthorities(options: ExportOptions, { client }: { client: Client }): Promise<Uint8Array[]> {
  requireExportable(options);
  const { type, privateKeys = false } = options;
  const read = (authority: string) =>
    client.certAuthorities.get(authority, client.clusterName, { includeKeys: privateKeys });
  if (type !== undefined) {
    const { authority, form } = AUTHORITY_EXPORTS[type];
    if (form === 'ssh') return [sshText([await read(authority)], options)];
    const found = exportTlsKeys(await read(authority), { privateKeys, form });
    if (found.length > 0) return found;
    throw new CodedError('not_found', `the authority ${authority} has no TLS keys`);
  }
  return [sshText(await Promise.all([read('host'), read('user')]), options)];
}

function sshText(authorities: readonly CertAuthorityV2[], options: ExportOptions): Uint8Array {
  const { privateKeys = false, asKnownHosts = false } = options;
  const fingerprint = options.fingerprint && `SHA256:${options.fingerprint.replace(/^SHA256:/, '')}`;
  const texts = authorities.flatMap((authority) =>
    exportSshKeys(authority, { privateKeys, asKnownHosts, fingerprint: fingerprint || undefined }),
  );
  if (texts.length > 0) return Buffer.from(texts.join(''));
  const known = authorities.flatMap(authorityFingerprints).join(', ');
  throw new CodedError('not_found', `no SSH key has the fingerprint ${fingerprint}`, {
    hint: known === '' ? 'The authority has no SSH keys' : `There are: ${known}`,
  });
}
