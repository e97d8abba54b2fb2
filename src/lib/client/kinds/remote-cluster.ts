import { PresenceService } from '../../gen/teleport/presence/v1/presence_service_pb.js';
import type { RemoteClusterV3 } from '../../gen/types/remote_clusters_pb.js';
import type { Client } from '../client.js';
import { readPages } from '../rpc.js';
import type { KindOperations } from './operations.js';

const calls = PresenceService.method;

/** Labels and expiry are all of a remote cluster that can be changed. */
const CHANGEABLE = ['metadata.labels', 'metadata.expires'];

export function remoteClusters(client: Client): KindOperations<RemoteClusterV3> {
  return {
    get: (name, options) => client.call(calls.getRemoteCluster, { name }, options),
    list: (options) =>
      readPages(async (pageToken) => {
        const page = await client.call(calls.listRemoteClusters, { pageToken }, options);
        return { items: page.remoteClusters, next: page.nextPageToken };
      }),
    update: (remoteCluster, options) =>
      client.call(calls.updateRemoteCluster, { remoteCluster, updateMask: { paths: CHANGEABLE } }, options),
    delete: async (name, options) => void (await client.call(calls.deleteRemoteCluster, { name }, options)),
  };
}
