import { EmptySchema } from '@bufbuild/protobuf/wkt';
import {
  ListUnifiedResourcesRequestSchema,
  ListUnifiedResourcesResponseSchema,
} from '../../gen/proto/unified_resources_pb.js';
import {
  KeepAliveSchema,
  ResourceInNamespaceRequestSchema,
  type ServerV2,
  ServerV2Schema,
} from '../../gen/types/servers_pb.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import { RpcError } from '../errors.js';
import { type CallOptions, readPages } from '../rpc.js';
import type { KindOperations } from './operations.js';

const listResources = authCall(
  'ListUnifiedResources',
  ListUnifiedResourcesRequestSchema,
  ListUnifiedResourcesResponseSchema,
);
const upsertNode = authCall('UpsertNode', ServerV2Schema, KeepAliveSchema);
const deleteNode = authCall('DeleteNode', ResourceInNamespaceRequestSchema, EmptySchema);

export function nodes(client: Client): KindOperations<ServerV2> {
  return {
    async get(name, options) {
      for await (const node of list(client, [name], options)) if (isNamed(node, name)) return node;
      throw new RpcError('not_found', 'ListUnifiedResources', `node ${JSON.stringify(name)} is not found`);
    },
    list: (options) => list(client, [], options),
    upsert: async (node, options) => void (await client.call(upsertNode, node, options)) as undefined,
    delete: async (name, options) => void (await client.call(deleteNode, { name, namespace: 'default' }, options)),
  };
}

/** A server goes by its UUID or its host name. */
export function isNamed({ metadata, spec }: ServerV2, name: string): boolean {
  return metadata?.name === name || spec?.hostname === name;
}

function list(client: Client, searchKeywords: string[], options: CallOptions): AsyncIterable<ServerV2> {
  return readPages(async (startKey) => {
    const request = { kinds: ['node'], searchKeywords, startKey, sortBy: { field: 'kind' } };
    const { resources, nextKey } = await client.call(listResources, request, options);
    return {
      items: resources.flatMap(({ resource }) => (resource.case === 'node' ? [resource.value] : [])),
      next: nextKey,
    };
  });
}
