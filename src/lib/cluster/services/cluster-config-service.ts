import type { ServiceImpl } from '@connectrpc/connect';
import type { ClusterConfigService } from '../../gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import {
  AUTH_PREFERENCE,
  getClusterName,
  getSingleton,
  NETWORKING_CONFIG,
  RECORDING_CONFIG,
  resetSingleton,
  updateSingleton,
  upsertSingleton,
} from '../domain/cluster-config.js';
import { missing } from '../domain/refusals.js';
import type { ClusterState } from '../state.js';

/** `teleport.clusterconfig.v1.ClusterConfigService` (wire §3.7). */
export function clusterConfigService(state: ClusterState): Partial<ServiceImpl<typeof ClusterConfigService>> {
  return {
    getClusterName: () => getClusterName(state),

    getAuthPreference: () => getSingleton(state, AUTH_PREFERENCE),
    updateAuthPreference: ({ authPreference }) =>
      updateSingleton(state, AUTH_PREFERENCE, given('auth_preference', authPreference)),
    upsertAuthPreference: ({ authPreference }) =>
      upsertSingleton(state, AUTH_PREFERENCE, given('auth_preference', authPreference)),
    resetAuthPreference: () => resetSingleton(state, AUTH_PREFERENCE),

    getClusterNetworkingConfig: () => getSingleton(state, NETWORKING_CONFIG),
    updateClusterNetworkingConfig: ({ clusterNetworkConfig }) =>
      updateSingleton(state, NETWORKING_CONFIG, given('cluster_network_config', clusterNetworkConfig)),
    upsertClusterNetworkingConfig: ({ clusterNetworkConfig }) =>
      upsertSingleton(state, NETWORKING_CONFIG, given('cluster_network_config', clusterNetworkConfig)),
    resetClusterNetworkingConfig: () => resetSingleton(state, NETWORKING_CONFIG),

    getSessionRecordingConfig: () => getSingleton(state, RECORDING_CONFIG),
    updateSessionRecordingConfig: ({ sessionRecordingConfig }) =>
      updateSingleton(state, RECORDING_CONFIG, given('session_recording_config', sessionRecordingConfig)),
    upsertSessionRecordingConfig: ({ sessionRecordingConfig }) =>
      upsertSingleton(state, RECORDING_CONFIG, given('session_recording_config', sessionRecordingConfig)),
    resetSessionRecordingConfig: () => resetSingleton(state, RECORDING_CONFIG),
  };
}

function given<T>(field: string, message: T | undefined): T {
  if (message === undefined) throw missing(field);
  return message;
}
