import { CERT_AUTHORITY_TYPES, type Client } from '../client/index.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import { CodedError } from '../util/coded-error.js';
import { collect } from './collect.js';

/** What the cluster says when it does not know a type: it is older than that type. */
const UNKNOWN_TYPE = new Set(['bad_parameter', 'not_found', 'not_implemented']);

/** How a cluster is, as far as the caller may know. */
export interface ClusterStatus {
  clusterName: string;
  serverVersion: string;
  authorities: CertAuthorityV2[];
  /** Types that the caller may not read, or whose reading failed. */
  unreadable: Unreadable[];
}

/** Asks for everything at once. @throws the first error if no certificate authority can be read at all. */
export async function readStatus({ client }: { client: Client }): Promise<ClusterStatus> {
  const [ping, ...answers] = await Promise.all([
    client.ping(),
    ...CERT_AUTHORITY_TYPES.map((type) => readAuthorities(client, type)),
  ]);
  const unreadable = answers.filter((answer) => answer instanceof Unreadable);
  if (unreadable.length === CERT_AUTHORITY_TYPES.length) throw unreadable[0]?.error;
  return {
    clusterName: ping.clusterName,
    serverVersion: ping.serverVersion,
    authorities: answers.flatMap((answer) => (answer instanceof Unreadable ? [] : answer)),
    unreadable: unreadable.filter(({ error }) => !(error instanceof CodedError && UNKNOWN_TYPE.has(error.code))),
  };
}

async function readAuthorities(client: Client, type: string): Promise<CertAuthorityV2[] | Unreadable> {
  try {
    return await collect(client.certAuthorities.list(type));
  } catch (error) {
    return new Unreadable(type, error as Error);
  }
}

class Unreadable {
  readonly type: string;
  readonly error: Error;

  constructor(type: string, error: Error) {
    this.type = type;
    this.error = error;
  }
}
