import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../gen/proto/auth_service_pb.js';
import { KeepAlive_KeepAliveType } from '../../gen/types/servers_pb.js';
import { callerKey } from '../auth/caller.js';
import { getInstaller, listInstallers } from '../domain/installers.js';
import {
  deleteMaintenanceConfig,
  getMaintenanceConfig,
  updateMaintenanceConfig,
} from '../domain/maintenance-config.js';
import { listUnifiedResources } from '../domain/nodes.js';
import { deleteSemaphore, listSemaphores } from '../domain/semaphores.js';
import { deleteResource, getResource, listResources, STORED, upsertResource } from '../domain/stored-kinds.js';
import { disabled } from '../domain/trusted-clusters.js';
import type { ClusterState } from '../state.js';

type Implementation = Partial<ServiceImpl<typeof AuthService>>;

/** How long an announcement holds; whoever announces repeats it (wire §4.11). */
const ANNOUNCED_FOR_MS = 10 * 60 * 1000;

/** Calls of `proto.AuthService` for kinds that the cluster only keeps. */
export function resourceMethods(state: ClusterState): Implementation {
  return { ...clusterResourceMethods(state), ...nodeMethods(state), ...installerMethods(state), ...uiMethods(state) };
}

function clusterResourceMethods(state: ClusterState): Implementation {
  return {
    getTrustedCluster: ({ name }) => getResource(state, STORED.trustedCluster, name),
    getTrustedClusters: () => ({ trustedClusters: listResources(state, STORED.trustedCluster) }),
    upsertTrustedCluster: (cluster) => upsertResource(state, STORED.trustedCluster, disabled(cluster)),
    async deleteTrustedCluster({ name }) {
      await deleteResource(state, STORED.trustedCluster, name);
      return {};
    },
    getSemaphores: (filter) => ({ semaphores: listSemaphores(state, filter) }),
    async deleteSemaphore(filter) {
      await deleteSemaphore(state, filter);
      return {};
    },
    getClusterMaintenanceConfig: () => getMaintenanceConfig(state),
    async updateClusterMaintenanceConfig(config) {
      await updateMaintenanceConfig(state, config);
      return {};
    },
    async deleteClusterMaintenanceConfig() {
      await deleteMaintenanceConfig(state);
      return {};
    },
  };
}

function nodeMethods(state: ClusterState): Implementation {
  return {
    listUnifiedResources: (request, { values }) => listUnifiedResources(state, values.get(callerKey), request),
    getNode: ({ name }) => getResource(state, STORED.node, name),
    async upsertNode(node) {
      const { metadata } = await upsertResource(state, STORED.node, node);
      const expires = timestampFromDate(new Date(state.clock().getTime() + ANNOUNCED_FOR_MS));
      const type = KeepAlive_KeepAliveType.NODE;
      return { serverName: metadata?.name ?? '', namespace: 'default', type, expires };
    },
    async deleteNode({ name }) {
      await deleteResource(state, STORED.node, name);
      return {};
    },
  };
}

function installerMethods(state: ClusterState): Implementation {
  return {
    getInstaller: ({ name }) => getInstaller(state, name),
    getInstallers: () => ({ installers: listInstallers(state) }),
    async setInstaller(installer) {
      await upsertResource(state, STORED.installer, installer);
      return {};
    },
    async deleteInstaller({ name }) {
      await deleteResource(state, STORED.installer, name);
      return {};
    },
  };
}

function uiMethods(state: ClusterState): Implementation {
  return {
    getUIConfig: () => getResource(state, STORED.uiConfig, 'ui-config'),
    async setUIConfig(config) {
      await upsertResource(state, STORED.uiConfig, config);
      return {};
    },
    async deleteUIConfig() {
      await deleteResource(state, STORED.uiConfig, 'ui-config');
      return {};
    },
  };
}
