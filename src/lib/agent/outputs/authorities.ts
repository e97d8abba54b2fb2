import type { Client } from '../../client/index.js';
import type { CertAuthorityV2 } from '../../gen/types/cert_authorities_pb.js';
import type { Destination } from '../destinations/destination.js';

/** The keys of one cluster that its hosts are recognised by. */
export interface HostAuthority {
  clusterName: string;
  /** authorized_keys lines without comment. */
  sshKeys: string[];
  /** PEM. */
  tlsCertificates: string[];
}

/** What an output trusts: the authorities of all clusters that the cluster knows. */
export interface TrustedAuthorities {
  hosts: HostAuthority[];
  /** TLS certificates by type, as one PEM text each. */
  pem: Readonly<Record<AuthorityType, string>>;
}
type AuthorityType = keyof typeof FILES;

const FILES = {
  host: 'teleport-host-ca.crt',
  user: 'teleport-user-ca.crt',
  db: 'teleport-database-ca.crt',
} as const;

export async function fetchAuthorities(client: Client): Promise<TrustedAuthorities> {
  const hosts = await listAuthorities(client, 'host');
  return {
    hosts: hosts.map(({ spec, metadata }) => ({
      clusterName: spec?.clusterName || metadata?.name || '',
      sshKeys: keySets({ spec }).flatMap((set) => set.ssh.map(({ publicKey }) => text(publicKey))),
      tlsCertificates: keySets({ spec }).flatMap((set) => set.tls.map(({ cert }) => text(cert))),
    })),
    pem: {
      host: pemOf(hosts),
      user: pemOf(await listAuthorities(client, 'user')),
      db: pemOf(await listAuthorities(client, 'db')),
    },
  };
}

/** Writes the files of trusted TLS certificates (tbot §4). */
export async function writeAuthorities(
  { pem }: TrustedAuthorities,
  destination: Destination,
  types: readonly AuthorityType[] = ['host', 'user', 'db'],
): Promise<void> {
  for (const type of types) await destination.write(FILES[type], pem[type]);
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
