import type { Client } from '../client/index.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import { CodedError } from '../util/coded-error.js';
import { collect } from './collect.js';

/** The types of certificate authorities, in the order in which `status` shows them (cli §15). */
const CA_TYPES = [
  'host',
  'user',
  'db',
  'db_client',
  'openssh',
  'jwt',
  'saml_idp',
  'oidc_idp',
  'spiffe',
  'okta',
  'awsra',
  'bound_keypair',
] as const;

/** What the cluster says when it does not know a type: it is older than that type. */
const UNKNOWN_TYPE = new Set(['bad_parameter', 'not_found', 'not_implemented']);

/** How a cluster is, as far as the caller may know. */
export interface ClusterStatus {
  clusterName: string;
  serverVersion: string;
  authorities: CertAuthorityV2[];
  /** Types that the caller may not read, or whose reading failed. */
  unreadable: { type: string; error: Error }[];
}

/** Asks for everything at once. @throws the first error if no certificate authority can be read at all. */
export async function readStatus({ client }: { client: Client }): Promise<ClusterStatus> {
  const [ping, ...answers] = await Promise.all([
    client.ping(),
    ...CA_TYPES.map((type) => readAuthorities(client, type)),
  ]);
  const unreadable = answers.flatMap((answer) => ('error' in answer ? [answer] : []));
  if (unreadable.length === CA_TYPES.length) throw unreadable[0]?.error;
  return {
    clusterName: ping.clusterName,
    serverVersion: ping.serverVersion,
    authorities: answers.flatMap((answer) => ('authorities' in answer ? answer.authorities : [])),
    unreadable: unreadable.filter(({ error }) => !(error instanceof CodedError && UNKNOWN_TYPE.has(error.code))),
  };
}

async function readAuthorities(client: Client, type: string) {
  try {
    return { authorities: await collect(client.certAuthorities.list(type)) };
  } catch (error) {
    return { type, error: error as Error };
  }
}
