import { create, type MessageInitShape } from '@bufbuild/protobuf';

import { AuthService } from '../../gen/proto/auth_service_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type TokenInput = MessageInitShape<typeof ProvisionTokenV2Schema>;

/** Join tokens: what machines present on their first contact with the cluster. */
export class TokensClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** The token with its status; a bound_keypair token carries its registration secret there. @throws RpcError `not_found` */
  get(name: string, options?: CallOptions): Promise<ProvisionTokenV2> {
    return this.#rpc.unary(AuthService.method.getToken, { name }, options);
  }

  /** All tokens, those of the server's configuration among them. The server sends them in one answer. */
  async *list(options?: CallOptions): AsyncGenerator<ProvisionTokenV2> {
    yield* (await this.#rpc.unary(AuthService.method.getTokens, {}, options)).provisionTokens;
  }

  /** @throws RpcError `already_exists`, `bad_parameter` */
  async create(token: TokenInput, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(
      AuthService.method.createTokenV2,
      { token: { case: 'v2', value: completeToken(token) } },
      options,
    );
  }

  /** Creates the token or replaces its spec; the join state of a bound_keypair token stays. */
  async upsert(token: TokenInput, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(
      AuthService.method.upsertTokenV2,
      { token: { case: 'v2', value: completeToken(token) } },
      options,
    );
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(AuthService.method.deleteToken, { name }, options);
  }
}

/** Kind and version may be left out: there is only one of each. */
function completeToken(token: TokenInput): ProvisionTokenV2 {
  const message = create(ProvisionTokenV2Schema, token);
  return { ...message, kind: message.kind || 'token', version: message.version || 'v2' };
}
