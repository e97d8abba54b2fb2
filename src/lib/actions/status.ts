import type { Client } from '../client/index.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import { CERT_AUTHORITY_TYPES } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { collect } from './collect.js';

/** What the cluster says when it does not know a type: it is older than that type. */
const UNKNOWN_TYPE = new Set(['bad_parameter', 'not_found', 'not_implemented']);

/** How a cluster is, as far as the caller may know. */
export interface ClusterStatus {
  clusterName: string;
  serverVersion: string;
  authorities: CertAuthorityV2[];
  /** Types of certificate authorities that the caller may not read. */
  deniedTypes: string[];
}

/** Asks for everything at once. Who may not read certificate authorities still learns the cluster's name and version. */
export async function readStatus({ client }: { client: Client }): Promise<ClusterStatus> {
  const deniedTypes: string[] = [];
  const [ping, ...answers] = await Promise.all([client.ping(), ...CERT_AUTHORITY_TYPES.map(readAuthorities)]);
  return {
    clusterName: ping.clusterName,
    serverVersion: ping.serverVersion,
    authorities: answers.flat(),
    deniedTypes,
  };

  async function readAuthorities(type: string): Promise<CertAuthorityV2[]> {
    try {
      return await collect(client.certAuthorities.list(type));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      if (error.code === 'access_denied') deniedTypes.push(type);
      else if (!UNKNOWN_TYPE.has(error.code)) throw error;
      return [];
    }
  }
}
