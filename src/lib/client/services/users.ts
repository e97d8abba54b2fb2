import type { MessageInitShape } from '@bufbuild/protobuf';

import type { UserTokenV3 } from '../../gen/types/user_tokens_pb.js';
import type { UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { CodedError } from '../../util/coded-error.js';
import { type CallOptions, type Rpc, readPages } from '../rpc.js';

type UserInput = MessageInitShape<typeof UserV2Schema>;
type SecretOptions = CallOptions & { withSecrets?: boolean };

/** Loaded with the first call: each service's messages take time. */
async function calls() {
  return (await import('../../gen/teleport/users/v1/users_service_pb.js')).UsersService.method;
}

/** Users, those of bots among them. */
export class UsersClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found`; `access_denied` for `withSecrets` anywhere but on the auth host */
  async get(name: string, { withSecrets = false, ...options }: SecretOptions = {}): Promise<UserV2> {
    return present(await this.#rpc.unary((await calls()).getUser, { name, withSecrets }, options));
  }

  /** All users, page by page. */
  list({
    withSecrets = false,
    pageSize = 0,
    ...options
  }: SecretOptions & { pageSize?: number } = {}): AsyncIterable<UserV2> {
    return readPages(async (pageToken) => {
      const page = await this.#rpc.unary((await calls()).listUsers, { withSecrets, pageSize, pageToken }, options);
      return { items: page.users, next: page.nextPageToken };
    });
  }

  /** @throws RpcError `already_exists` */
  async create(user: UserInput, options?: CallOptions): Promise<UserV2> {
    return present(await this.#rpc.unary((await calls()).createUser, { user }, options));
  }

  /** @throws RpcError `not_found`; `compare_failed` when the revision has moved on */
  async update(user: UserInput, options?: CallOptions): Promise<UserV2> {
    return present(await this.#rpc.unary((await calls()).updateUser, { user }, options));
  }

  /** Creates the user or replaces it. */
  async upsert(user: UserInput, options?: CallOptions): Promise<UserV2> {
    return present(await this.#rpc.unary((await calls()).upsertUser, { user }, options));
  }

  /**
   * A link by which the user sets password and second factor; those that it had, and older links, are gone with it.
   * @param options.ttlMs life of the link; the server decides unless given
   * @throws RpcError `not_found`, `bad_parameter` for a life that is too long, `access_denied` for users of an identity provider
   */
  async createResetToken(
    name: string,
    { type, ttlMs = 0, ...options }: CallOptions & { type: 'invite' | 'password'; ttlMs?: number },
  ): Promise<UserTokenV3> {
    const { createResetToken } = await import('../calls/password-tokens.js');
    return this.#rpc.unary(createResetToken, { name, type, ttl: BigInt(ttlMs) * 1_000_000n }, options);
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteUser, { name }, options);
  }
}

function present(answer: { user?: UserV2 }): UserV2 {
  if (answer.user === undefined) throw new CodedError('bad_answer', 'the server answered without a user');
  return answer.user;
}
