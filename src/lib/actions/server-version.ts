import type { Client } from '../client/index.js';
import type { LockV2 } from '../gen/types/locks_pb.js';
import type { RoleV6 } from '../gen/types/roles_pb.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import type { Resource } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { isReleaseSince } from '../util/release.js';

/** What not every cluster can do. */
export interface Need {
  /** `major.minor` of the first release that can do it. */
  since: string;
  /** The subject of "need". */
  what: string;
}

export const NEW_LOCK_TARGETS: Need = { since: '18.1', what: 'locks on a bot instance or a join token' };
const ROLES_V8: Need = { since: '18.0', what: 'roles of version v8' };
const BOUND_KEYPAIR: Need = { since: '18.1', what: 'bound_keypair tokens' };
/** Of fields of tokens and locks it is known that they came after 18.0, and not with which release. */
const AFTER_18_0 = '18.1';
/** 18.0 has an early form of it, which the administrator of the cluster has to switch on (join §2.1). */
const EARLY_BOUND_KEYPAIR: Need = { since: '18.0', what: 'bound_keypair tokens with a registered key' };

/** The release that the cluster says to be: every answer of it does, so that it is rarely asked for. */
export async function serverVersion(client: Client): Promise<string> {
  return client.serverVersion ?? (await client.ping()).serverVersion;
}

/**
 * Refuses what the cluster is too old for, before anything is sent: some of it an old cluster would drop without a word.
 * @throws CodedError `cluster_too_old`
 */
export async function requireServerVersion({ since, what }: Need, { client }: { client: Client }): Promise<void> {
  const version = await serverVersion(client);
  if (isReleaseSince(version, since)) return;
  throw new CodedError('cluster_too_old', `this cluster is ${version}; ${what} need ${since}`);
}

/** What a resource asks of the cluster that is to hold it; undefined where every cluster will do. */
export function needOf({ definition, message }: Pick<Resource, 'definition' | 'message'>): Need | undefined {
  const [later] = definition.laterFields?.(message) ?? [];
  if (later !== undefined) return { since: AFTER_18_0, what: `${definition.kind}s with ${later}` };
  switch (definition.kind) {
    case 'token': {
      const { spec } = message as ProvisionTokenV2;
      if (spec?.joinMethod !== 'bound_keypair') return undefined;
      return spec.boundKeypair?.onboarding?.initialPublicKey ? EARLY_BOUND_KEYPAIR : BOUND_KEYPAIR;
    }
    case 'role':
      return (message as RoleV6).version === 'v8' ? ROLES_V8 : undefined;
    case 'lock': {
      const { botInstanceId, joinToken } = (message as LockV2).spec?.target ?? {};
      return botInstanceId || joinToken ? NEW_LOCK_TARGETS : undefined;
    }
    default:
      return undefined;
  }
}
