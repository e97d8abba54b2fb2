import type { Client } from '../../client/index.js';
import type { CertAuthorityV2 } from '../../gen/types/cert_authorities_pb.js';
import type { Destination } from '../destinations/destination.js';

/** The keys of one cluster that its SSH hosts are recognised by. */
export interface HostAuthority {
  clusterName: string;
  /** authorized_keys lines without comment. */
  sshKeys: string[];
  /** PEM. */
  tlsCertificates: string[];
}

const FILES = {
  host: 'teleport-host-ca.crt',
  user: 'teleport-user-ca.crt',
  db: 'teleport-database-ca.crt',
} as const;

/** Writes the three files of trusted TLS certificates (tbot §4). @returns the host authorities of all clusters */
export async function writeAuthorities(client: Client, destination: Destination): Promise<HostAuthority[]> {
  const hosts = await listAuthorities(client, 'host');
  await destination.write(FILES.host, pemOf(hosts));
  await destination.write(FILES.user, pemOf(await listAuthorities(client, 'user')));
  await destination.write(FILES.db, pemOf(await listAuthorities(client, 'db')));
  return hosts.map(({ spec, metadata }) => ({
    clusterName: spec?.clusterName || metadata?.name || '',
    sshKeys: keySets({ spec }).flatMap((set) => set.ssh.map(({ publicKey }) => text(publicKey))),
    tlsCertificates: keySets({ spec }).flatMap((set) => set.tls.map(({ cert }) => text(cert))),
  }));
}

async function listAuthorities(client: Client, type: string): Promise<CertAuthorityV2[]> {
  const found: CertAuthorityV2[] = [];
  for await (const authority of client.certAuthorities.list(type)) found.push(authority);
  return found;
}

function pemOf(authorities: readonly CertAuthorityV2[]): string {
  return authorities
    .flatMap((one) => keySets(one).flatMap((set) => set.tls.map(({ cert }) => `${text(cert)}\n`)))
    .join('');
}

function keySets({ spec }: Pick<CertAuthorityV2, 'spec'>) {
  return [spec?.activeKeys, spec?.additionalTrustedKeys].filter((set) => set !== undefined);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
