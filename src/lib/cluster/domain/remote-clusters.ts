import type { RemoteClusterV3 } from '../../gen/types/remote_clusters_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { STORED } from './stored-kinds.js';
import { getStored, putStored } from './stored-message.js';

/**
 * Changes labels or expiry of a remote cluster.
 * @param paths `metadata.labels`, `metadata.expires`; none = both.
 * @throws ClusterError NotFound, BadParameter for another path.
 */
export async function updateRemoteCluster(
  { store }: ClusterState,
  given: RemoteClusterV3 | undefined,
  paths: readonly string[],
): Promise<RemoteClusterV3> {
  const { definition, unfound } = STORED.remoteCluster;
  const name = given?.metadata?.name ?? '';
  const other = paths.find((path) => path !== 'metadata.labels' && path !== 'metadata.expires');
  if (other !== undefined) throw new ClusterError('BadParameter', `update_mask: ${other} cannot be changed`);
  const changes = (path: string) => paths.length === 0 || paths.includes(path);
  return store.write((transaction) => {
    const stored = getStored(transaction, definition.schema, definition.kind, name);
    if (!stored?.metadata) throw new ClusterError('NotFound', unfound(name));
    if (changes('metadata.labels')) stored.metadata.labels = given?.metadata?.labels ?? {};
    if (changes('metadata.expires')) stored.metadata.expires = given?.metadata?.expires;
    return putStored(transaction, definition.schema, definition.kind, name, stored);
  });
}
