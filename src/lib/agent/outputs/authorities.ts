import { type Client, type HostAuthority, readHostAuthorities, trustedTlsCertificates } from '../../client/index.js';
import type { Artifacts } from '../destinations/destination.js';

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
  const hosts = await readHostAuthorities(client);
  return {
    hosts,
    pem: {
      host: pemOf(hosts.flatMap(({ tlsCertificates }) => tlsCertificates)),
      user: await readPem(client, 'user'),
      db: await readPem(client, 'db'),
    },
  };
}

/** The files of trusted TLS certificates (tbot §4). */
export function authorityFiles(
  { pem }: TrustedAuthorities,
  types: readonly AuthorityType[] = ['host', 'user', 'db'],
): Artifacts {
  return Object.fromEntries(types.map((type) => [FILES[type], pem[type]]));
}

async function readPem(client: Client, type: string): Promise<string> {
  const certificates: string[] = [];
  for await (const authority of client.certAuthorities.list(type))
    certificates.push(...trustedTlsCertificates(authority));
  return pemOf(certificates);
}

function pemOf(certificates: readonly string[]): string {
  return certificates.map((pem) => `${pem}\n`).join('');
}
