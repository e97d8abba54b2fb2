import type { AccessList } from '../../gen/teleport/accesslist/v1/accesslist_pb.js';
import { AccessListService } from '../../gen/teleport/accesslist/v1/accesslist_service_pb.js';
import type { Client } from '../client.js';
import type { KindOperations } from './operations.js';

const { getAccessList, getAccessLists, upsertAccessList, deleteAccessList } = AccessListService.method;

export function accessLists(client: Client): KindOperations<AccessList> {
  return {
    get: (name, options) => client.call(getAccessList, { name }, options),
    async *list(options) {
      yield* (await client.call(getAccessLists, {}, options)).accessLists;
    },
    upsert: (accessList, options) => client.call(upsertAccessList, { accessList }, options),
    delete: async (name, options) => void (await client.call(deleteAccessList, { name }, options)),
  };
}
