import type { ServiceImpl } from '@connectrpc/connect';
import type { AutoUpdateService } from '../../gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import {
  createResource,
  deleteResource,
  getResource,
  STORED,
  updateResource,
  upsertResource,
} from '../domain/stored-kinds.js';
import type { ClusterState } from '../state.js';

/** `teleport.autoupdate.v1.AutoUpdateService`: settings are kept, and update nothing. */
export function autoupdateService(state: ClusterState): Partial<ServiceImpl<typeof AutoUpdateService>> {
  const { autoupdateConfig, autoupdateVersion, autoupdateRollout } = STORED;
  return {
    getAutoUpdateConfig: () => getResource(state, autoupdateConfig, 'autoupdate-config'),
    createAutoUpdateConfig: ({ config }) => createResource(state, autoupdateConfig, config),
    updateAutoUpdateConfig: ({ config }) => updateResource(state, autoupdateConfig, config),
    upsertAutoUpdateConfig: ({ config }) => upsertResource(state, autoupdateConfig, config),
    async deleteAutoUpdateConfig() {
      await deleteResource(state, autoupdateConfig, 'autoupdate-config');
      return {};
    },

    getAutoUpdateVersion: () => getResource(state, autoupdateVersion, 'autoupdate-version'),
    createAutoUpdateVersion: ({ version }) => createResource(state, autoupdateVersion, version),
    updateAutoUpdateVersion: ({ version }) => updateResource(state, autoupdateVersion, version),
    upsertAutoUpdateVersion: ({ version }) => upsertResource(state, autoupdateVersion, version),
    async deleteAutoUpdateVersion() {
      await deleteResource(state, autoupdateVersion, 'autoupdate-version');
      return {};
    },

    getAutoUpdateAgentRollout: () => getResource(state, autoupdateRollout, 'autoupdate-agent-rollout'),
    createAutoUpdateAgentRollout: ({ rollout }) => createResource(state, autoupdateRollout, rollout),
    updateAutoUpdateAgentRollout: ({ rollout }) => updateResource(state, autoupdateRollout, rollout),
    upsertAutoUpdateAgentRollout: ({ rollout }) => upsertResource(state, autoupdateRollout, rollout),
    async deleteAutoUpdateAgentRollout() {
      await deleteResource(state, autoupdateRollout, 'autoupdate-agent-rollout');
      return {};
    },
  };
}
