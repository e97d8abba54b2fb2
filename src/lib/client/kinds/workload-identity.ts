import type { WorkloadIdentity } from '../../gen/teleport/workloadidentity/v1/resource_pb.js';
import { WorkloadIdentityResourceService } from '../../gen/teleport/workloadidentity/v1/resource_service_pb.js';
import type { Client } from '../client.js';
import { readPages } from '../rpc.js';
import type { KindOperations } from './operations.js';

const calls = WorkloadIdentityResourceService.method;

export function workloadIdentities(client: Client): KindOperations<WorkloadIdentity> {
  return {
    get: (name, options) => client.call(calls.getWorkloadIdentity, { name }, options),
    list: (options) =>
      readPages(async (pageToken) => {
        const page = await client.call(calls.listWorkloadIdentities, { pageToken }, options);
        return { items: page.workloadIdentities, next: page.nextPageToken };
      }),
    create: (workloadIdentity, options) => client.call(calls.createWorkloadIdentity, { workloadIdentity }, options),
    upsert: (workloadIdentity, options) => client.call(calls.upsertWorkloadIdentity, { workloadIdentity }, options),
    update: (workloadIdentity, options) => client.call(calls.updateWorkloadIdentity, { workloadIdentity }, options),
    delete: async (name, options) => void (await client.call(calls.deleteWorkloadIdentity, { name }, options)),
  };
}
