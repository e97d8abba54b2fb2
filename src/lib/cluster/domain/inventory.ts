import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type InventoryPingResponse,
  InventoryPingResponseSchema,
  type InventoryStatusRequest,
  type InventoryStatusSummary,
  InventoryStatusSummarySchema,
} from '../../gen/proto/inventory_pb.js';
import { type InstanceFilter, type InstanceV1, InstanceV1Schema } from '../../gen/types/inventory_pb.js';
import { isReleaseSince } from '../../util/release.js';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

/** This process is auth service and proxy in one. */
const SERVICES = ['Auth', 'Proxy'];
const HOSTNAME = 'localhost';

/** For how long an instance counts after it was last heard of (cli §18). */
const REMEMBERED_MS = 20 * 60_000;

/** The instances that have reported: none but this process, because no agents connect to it. */
export function listInstances(state: ClusterState, filter: InstanceFilter): InstanceV1[] {
  return [ownInstance(state)].filter((instance) => fits(instance, filter));
}

/**
 * How many instances there are of each kind; or, for the auth host itself, those that are connected.
 * @throws ClusterError AccessDenied.
 */
export function inventoryStatus(
  state: ClusterState,
  caller: Caller,
  { connected }: InventoryStatusRequest,
): InventoryStatusSummary {
  if (connected) {
    requireAuthHost(caller, "requires local tctl, try using 'tctl inventory ls' instead");
    const { hostId, serverVersion } = state;
    const hello = { version: serverVersion, serverId: hostId, services: SERVICES, hostname: HOSTNAME };
    return create(InventoryStatusSummarySchema, { connected: [hello] });
  }
  return create(InventoryStatusSummarySchema, {
    instanceCount: 1,
    versionCounts: { [`v${state.serverVersion}`]: 1 },
    upgraderCounts: { none: 1 },
    serviceCounts: Object.fromEntries(SERVICES.map((service) => [service, 1])),
  });
}

/** @throws ClusterError AccessDenied; NotFound for all but this process itself, which answers at once. */
export function pingInstance({ hostId }: ClusterState, caller: Caller, serverId: string): InventoryPingResponse {
  requireAuthHost(caller, 'requires builtin admin role');
  if (serverId !== hostId) {
    throw new ClusterError('NotFound', `no control stream found for server ${JSON.stringify(serverId)}`);
  }
  return create(InventoryPingResponseSchema);
}

function requireAuthHost(caller: Caller, otherwise: string): void {
  if (caller.kind !== 'builtin' || caller.role !== 'Admin') throw new ClusterError('AccessDenied', otherwise);
}

function ownInstance({ hostId, serverVersion, clock }: ClusterState): InstanceV1 {
  const now = clock();
  const expires = timestampFromDate(new Date(now.getTime() + REMEMBERED_MS));
  return create(InstanceV1Schema, {
    header: { kind: 'instance', version: 'v1', metadata: { name: hostId, expires } },
    spec: {
      version: `v${serverVersion}`,
      services: SERVICES,
      hostname: HOSTNAME,
      authId: hostId,
      lastSeen: timestampFromDate(now),
    },
  });
}

/** All that the filter names must fit; of services, one. */
function fits({ header, spec }: InstanceV1, filter: InstanceFilter): boolean {
  const version = spec?.version ?? '';
  const { serverId, services, externalUpgrader, olderThanVersion, newerThanVersion, updateGroup } = filter;
  return (
    (serverId === '' || header?.metadata?.name === serverId) &&
    (filter.version === '' || version === filter.version) &&
    (services.length === 0 || services.some((service) => spec?.services.includes(service))) &&
    (externalUpgrader === '' || spec?.extUpgrader === externalUpgrader) &&
    (!filter.noExtUpgrader || spec?.extUpgrader === '') &&
    (olderThanVersion === '' || !isReleaseSince(version, olderThanVersion)) &&
    (newerThanVersion === '' || !isReleaseSince(newerThanVersion, version)) &&
    (updateGroup === '' || spec?.updaterInfo?.updateGroup === updateGroup)
  );
}
