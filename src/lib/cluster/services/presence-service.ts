import type { ServiceImpl } from '@connectrpc/connect';
import type { PresenceService } from '../../gen/teleport/presence/v1/presence_service_pb.js';
import { ClusterError } from '../errors.js';

/** `teleport.presence.v1.PresenceService` (wire §3.8): a cluster that trusts no other has no remote clusters. */
export function presenceService(): Partial<ServiceImpl<typeof PresenceService>> {
  return {
    getRemoteCluster({ name }) {
      throw new ClusterError('NotFound', `remote cluster "${name}" is not found`);
    },
    listRemoteClusters: () => ({ remoteClusters: [], nextPageToken: '' }),
  };
}
