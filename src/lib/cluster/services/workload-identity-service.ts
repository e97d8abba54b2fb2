import type { ServiceImpl } from '@connectrpc/connect';
import type { WorkloadIdentityResourceService } from '../../gen/teleport/workloadidentity/v1/resource_service_pb.js';
import {
  createResource,
  deleteResource,
  getResource,
  listResourcePage,
  STORED,
  updateResource,
  upsertResource,
} from '../domain/stored-kinds.js';
import type { ClusterState } from '../state.js';

type Implementation = Partial<ServiceImpl<typeof WorkloadIdentityResourceService>>;

/** `teleport.workloadidentity.v1.WorkloadIdentityResourceService`: kept, but nothing is issued for them. */
export function workloadIdentityService(state: ClusterState): Implementation {
  const kind = STORED.workloadIdentity;
  return {
    getWorkloadIdentity: ({ name }) => getResource(state, kind, name),
    listWorkloadIdentities({ pageSize, pageToken }) {
      const { resources, nextToken } = listResourcePage(state, kind, { size: pageSize, token: pageToken });
      return { workloadIdentities: resources, nextPageToken: nextToken };
    },
    createWorkloadIdentity: ({ workloadIdentity }) => createResource(state, kind, workloadIdentity),
    updateWorkloadIdentity: ({ workloadIdentity }) => updateResource(state, kind, workloadIdentity),
    upsertWorkloadIdentity: ({ workloadIdentity }) => upsertResource(state, kind, workloadIdentity),
    async deleteWorkloadIdentity({ name }) {
      await deleteResource(state, kind, name);
      return {};
    },
  };
}
