import type { MessageInitShape } from '@bufbuild/protobuf';
import type { RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { isErrorCode } from '../../util/coded-error.js';
import { type CallOptions, type Rpc, readPages } from '../rpc.js';

type RoleInput = MessageInitShape<typeof RoleV6Schema>;

/** Loaded with the first call: the messages take time. */
const calls = () => import('../calls/roles.js');

/** Roles: what users and bots may do. */
export class RolesClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  async get(name: string, options?: CallOptions): Promise<RoleV6> {
    return this.#rpc.unary((await calls()).getRole, { name }, options);
  }

  /** All roles, page by page. */
  list({ pageSize = 0, ...options }: CallOptions & { pageSize?: number } = {}): AsyncIterable<RoleV6> {
    return readPages(async (startKey) => {
      const page = await this.#rpc.unary((await calls()).listRoles, { limit: pageSize, startKey }, options);
      return { items: page.roles, next: page.nextKey };
    });
  }

  /** @throws RpcError `already_exists` */
  async create(role: RoleInput, options?: CallOptions): Promise<RoleV6> {
    return this.#rpc.unary((await calls()).createRole, { role }, options);
  }

  /** @throws RpcError `not_found`; `compare_failed` when the revision has moved on */
  async update(role: RoleInput, options?: CallOptions): Promise<RoleV6> {
    return this.#rpc.unary((await calls()).updateRole, { role }, options);
  }

  /** Creates the role or replaces it. */
  async upsert(role: RoleInput, options?: CallOptions): Promise<RoleV6> {
    try {
      return await this.#rpc.unary((await calls()).upsertRoleV2, { role }, options);
    } catch (error) {
      if (!isErrorCode(error, 'not_implemented')) throw error;
      await this.#rpc.unary((await calls()).upsertRole, role, options); // servers that know only the older call
      return this.get(role.metadata?.name ?? '', options);
    }
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteRole, { name }, options);
  }
}
