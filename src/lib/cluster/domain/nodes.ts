import { create } from '@bufbuild/protobuf';
import { PaginatedResourceSchema } from '../../gen/proto/resources_pb.js';
import {
  type ListUnifiedResourcesRequest,
  type ListUnifiedResourcesResponse,
  ListUnifiedResourcesResponseSchema,
} from '../../gen/proto/unified_resources_pb.js';
import type { ServerV2 } from '../../gen/types/servers_pb.js';
import type { Caller } from '../auth/caller.js';
import type { ClusterState } from '../state.js';
import { openTo } from './announced.js';
import { MAX_PAGE_SIZE } from './paging.js';
import { listResources, STORED } from './stored-kinds.js';

/** One page of the nodes that the caller's roles open, by name. Other kinds are never in this listing here. */
export function listUnifiedResources(
  state: ClusterState,
  caller: Caller,
  { kinds, searchKeywords, limit, startKey }: ListUnifiedResourcesRequest,
): ListUnifiedResourcesResponse {
  if (kinds.length > 0 && !kinds.includes('node')) return create(ListUnifiedResourcesResponseSchema);
  const isOpen = openTo(state, caller, 'node');
  const found = listResources(state, STORED.node)
    .filter((node) => isOpen(node.metadata?.labels ?? {}) && mentions(node, searchKeywords))
    .filter(({ metadata }) => (metadata?.name ?? '') >= startKey);
  const size = limit > 0 ? Math.min(limit, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  return create(ListUnifiedResourcesResponseSchema, {
    resources: found
      .slice(0, size)
      .map((node) => create(PaginatedResourceSchema, { resource: { case: 'node', value: node } })),
    nextKey: found[size]?.metadata?.name ?? '',
  });
}

/** Every keyword must be part of a name, an address or a label. */
function mentions({ metadata, spec }: ServerV2, keywords: readonly string[]): boolean {
  const labels = Object.entries(metadata?.labels ?? {}).flat();
  const texts = [metadata?.name ?? '', spec?.hostname ?? '', spec?.addr ?? '', ...labels];
  return keywords.every((word) => texts.some((text) => text.toLowerCase().includes(word.toLowerCase())));
}
