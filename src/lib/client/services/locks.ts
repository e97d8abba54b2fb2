import type { MessageInitShape } from '@bufbuild/protobuf';

import { AuthService } from '../../gen/proto/auth_service_pb.js';
import type { LockV2, LockV2Schema } from '../../gen/types/locks_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type LockInput = MessageInitShape<typeof LockV2Schema>;

/** Locks: who is shut out, and until when. */
export class LocksClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  get(name: string, options?: CallOptions): Promise<LockV2> {
    return this.#rpc.unary(AuthService.method.getLock, { name }, options);
  }

  /** All locks, or only those in force. The server sends them in one answer. */
  async *list({
    inForceOnly = false,
    ...options
  }: CallOptions & { inForceOnly?: boolean } = {}): AsyncGenerator<LockV2> {
    yield* (await this.#rpc.unary(AuthService.method.getLocks, { inForceOnly }, options)).locks;
  }

  /** Creates the lock or replaces it. */
  async upsert(lock: LockInput, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(AuthService.method.upsertLock, lock, options);
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(AuthService.method.deleteLock, { name }, options);
  }
}
