import type { MessageInitShape } from '@bufbuild/protobuf';

import type { InventoryStatusSummary } from '../../gen/proto/inventory_pb.js';
import type { InstanceFilterSchema, InstanceV1 } from '../../gen/types/inventory_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

/** Loaded with the first call. */
const calls = () => import('../calls/inventory.js');

/** The instances of Teleport's programs that a cluster knows: auth services, proxies and agents, but no bots. */
export class InventoryClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /**
   * How many instances there are of each version, updater and service.
   * @param connected instead, those that are connected to the auth service that answers; it tells only its own host
   */
  async status({
    connected = false,
    ...options
  }: CallOptions & { connected?: boolean } = {}): Promise<InventoryStatusSummary> {
    return this.#rpc.unary((await calls()).getInventoryStatus, { connected }, options);
  }

  /** The instances that a filter lets through; its versions begin with `v`. */
  async *list(
    filter: MessageInitShape<typeof InstanceFilterSchema> = {},
    options?: CallOptions,
  ): AsyncGenerator<InstanceV1> {
    yield* this.#rpc.serverStream((await calls()).getInstances, filter, options);
  }

  /**
   * Asks an instance through its connection to the auth service whether it answers. Only that service's own host may.
   * @returns how long it took, in nanoseconds
   * @throws RpcError `not_found` where no such instance is connected
   */
  async ping(serverId: string, options?: CallOptions): Promise<bigint> {
    return (await this.#rpc.unary((await calls()).pingInventory, { serverId }, options)).duration;
  }
}
