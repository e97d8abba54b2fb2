import type { Caller } from '../auth/caller.js';
import type { ClusterState } from '../state.js';

/** The name that a cluster writes into `created_by`: the user, or `<host UUID>.<cluster>` for a part of the cluster. */
export function authorOf(state: ClusterState, caller: Caller): string {
  if (caller.kind === 'user') return caller.username;
  if (caller.kind === 'builtin') return `${caller.hostId}.${state.clusterName}`;
  return '';
}
