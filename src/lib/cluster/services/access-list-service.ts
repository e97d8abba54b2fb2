import type { ServiceImpl } from '@connectrpc/connect';
import type { AccessListService } from '../../gen/teleport/accesslist/v1/accesslist_service_pb.js';
import {
  deleteResource,
  getResource,
  listResourcePage,
  listResources,
  STORED,
  upsertResource,
} from '../domain/stored-kinds.js';
import type { ClusterState } from '../state.js';

/** `teleport.accesslist.v1.AccessListService`: lists are kept, and grant nothing. */
export function accessListService(state: ClusterState): Partial<ServiceImpl<typeof AccessListService>> {
  const kind = STORED.accessList;
  return {
    getAccessList: ({ name }) => getResource(state, kind, name),
    getAccessLists: () => ({ accessLists: listResources(state, kind) }),
    listAccessLists({ pageSize, nextToken: token }) {
      const { resources, nextToken } = listResourcePage(state, kind, { size: pageSize, token });
      return { accessLists: resources, nextToken };
    },
    upsertAccessList: ({ accessList }) => upsertResource(state, kind, accessList),
    async deleteAccessList({ name }) {
      await deleteResource(state, kind, name);
      return {};
    },
  };
}
