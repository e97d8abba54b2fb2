import type { MessageInitShape } from '@bufbuild/protobuf';

import type { LockV2, LockV2Schema } from '../../gen/types/locks_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type LockInput = MessageInitShape<typeof LockV2Schema>;

/** Loaded with the first call: the messages take time. */
const calls = () => import('../calls/locks.js');

/** Locks: who is shut out, and until when. */
export class LocksClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  async get(name: string, options?: CallOptions): Promise<LockV2> {
    return this.#rpc.unary((await calls()).getLock, { name }, options);
  }

  /** All locks, or only those in force. The server sends them in one answer. */
  async *list({
    inForceOnly = false,
    ...options
  }: CallOptions & { inForceOnly?: boolean } = {}): AsyncGenerator<LockV2> {
    yield* (await this.#rpc.unary((await calls()).getLocks, { inForceOnly }, options)).locks;
  }

  /** Creates the lock or replaces it. */
  async upsert(lock: LockInput, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).upsertLock, lock, options);
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteLock, { name }, options);
  }
}
