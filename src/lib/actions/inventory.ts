import { type Client, isErrorCode } from '../client/index.js';
import type { InventoryStatusSummary } from '../gen/proto/inventory_pb.js';
import type { InstanceV1 } from '../gen/types/inventory_pb.js';
import { CodedError } from '../util/coded-error.js';
import { parseServices } from './system-roles.js';

const VERSION = /^v?(\d+(?:\.\d+){0,2}(?:[-+][0-9A-Za-z.+-]+)?)$/;
const CONTROL_PLANE = new Set(['Auth', 'Proxy']);

/** Which instances are wanted; all of what is given must fit. */
export interface InventoryQuery {
  olderThan?: string | undefined;
  newerThan?: string | undefined;
  exactVersion?: string | undefined;
  /** Comma list; one of them is enough. */
  services?: string | undefined;
  /** `none` for those without one. */
  upgrader?: string | undefined;
  updateGroup?: string | undefined;
}

/**
 * The instances of the cluster, by host. Those of a cluster in Teleport's cloud that its customers cannot see to are left
 * out, unless services are asked for (cli §18).
 * @throws CodedError `bad_parameter` for a service or version that is none
 */
export async function listInstances(query: InventoryQuery, { client }: { client: Client }): Promise<InstanceV1[]> {
  const filter = {
    olderThanVersion: versionOf('older-than', query.olderThan),
    newerThanVersion: versionOf('newer-than', query.newerThan),
    version: versionOf('exact-version', query.exactVersion),
    services: query.services ? parseServices(query.services) : [],
    externalUpgrader: query.upgrader === 'none' ? '' : (query.upgrader ?? ''),
    noExtUpgrader: query.upgrader === 'none',
    updateGroup: query.updateGroup ?? '',
  };
  const hidesControlPlane = !query.services && (await client.ping()).serverFeatures?.cloud === true;
  const found: InstanceV1[] = [];
  for await (const instance of client.inventory.list(filter)) {
    if (hidesControlPlane && instance.spec?.services.some((service) => CONTROL_PLANE.has(service))) continue;
    found.push(instance);
  }
  return found;
}

/** @throws RpcError `access_denied`, with what to do instead */
export function inventoryStatus(
  { connected }: { connected: boolean },
  { client }: { client: Client },
): Promise<InventoryStatusSummary> {
  const work = () => client.inventory.status({ connected });
  return connected ? forAuthHost(work, 'or leave out --connected for what all instances have reported') : work();
}

/** @returns how long the answer took, in nanoseconds. @throws RpcError `not_found`, `access_denied` */
export async function pingInstance(serverId: string, { client }: { client: Client }): Promise<bigint> {
  try {
    return await forAuthHost(() => client.inventory.ping(serverId), 'or see "tctl inventory ls"');
  } catch (error) {
    if (!isErrorCode(error, 'not_found')) throw error;
    throw new CodedError('not_found', `server "${serverId}" is not connected to this auth service`, {
      cause: error,
      hint: '"tctl inventory status --connected" shows those that are, by their ID',
    });
  }
}

/** Connections are known to the auth service that has them, and it tells only its own host of them. */
async function forAuthHost<T>(work: () => Promise<T>, otherwise: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isErrorCode(error, 'access_denied')) throw error;
    throw new CodedError('access_denied', error.message, {
      cause: error,
      hint: `Run it on the host of the auth service, with its configuration (-c teleport.yaml); ${otherwise}`,
    });
  }
}

/** As the cluster compares them, with a `v`. */
function versionOf(flag: string, text: string | undefined): string {
  if (!text) return '';
  const [, version] = VERSION.exec(text) ?? [];
  if (version) return `v${version}`;
  throw new CodedError('bad_parameter', `--${flag}=${text} is not a version`, {
    hint: `Write it like --${flag}=18.1.0`,
  });
}
