import type { ServiceImpl } from '@connectrpc/connect';
import type { PresenceService } from '../../gen/teleport/presence/v1/presence_service_pb.js';
import { ownServer } from '../domain/own-servers.js';
import { updateRemoteCluster } from '../domain/remote-clusters.js';
import { deleteResource, getResource, listResourcePage, STORED } from '../domain/stored-kinds.js';
import type { ClusterState } from '../state.js';

/** `teleport.presence.v1.PresenceService` (wire §3.8). Leaf clusters do not join here: the list is empty. */
export function presenceService(state: ClusterState): Partial<ServiceImpl<typeof PresenceService>> {
  return {
    getRemoteCluster: ({ name }) => getResource(state, STORED.remoteCluster, name),
    listRemoteClusters({ pageSize, pageToken }) {
      const { resources, nextToken } = listResourcePage(state, STORED.remoteCluster, {
        size: pageSize,
        token: pageToken,
      });
      return { remoteClusters: resources, nextPageToken: nextToken };
    },
    updateRemoteCluster: ({ remoteCluster, updateMask }) =>
      updateRemoteCluster(state, remoteCluster, updateMask?.paths ?? []),
    async deleteRemoteCluster({ name }) {
      await deleteResource(state, STORED.remoteCluster, name);
      return {};
    },
    listAuthServers: () => ({ servers: [ownServer(state, 'auth_server')] }),
    listProxyServers: () => ({ servers: [ownServer(state, 'proxy')] }),
  };
}
