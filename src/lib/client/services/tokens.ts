import type { MessageInitShape } from '@bufbuild/protobuf';

import type { ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type TokenInput = MessageInitShape<typeof ProvisionTokenV2Schema>;

/** Loaded with the first call: the messages take time. */
const calls = () => import('../calls/tokens.js');

/** Join tokens: what machines present on their first contact with the cluster. */
export class TokensClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** The token with its status; a bound_keypair token carries its registration secret there. @throws RpcError `not_found` */
  async get(name: string, options?: CallOptions): Promise<ProvisionTokenV2> {
    return this.#rpc.unary((await calls()).getToken, { name }, options);
  }

  /** All tokens, those of the server's configuration and links for passwords among them. */
  async *list(options?: CallOptions): AsyncGenerator<ProvisionTokenV2> {
    const { listTokens } = await import('../calls/token-list.js');
    yield* listTokens(this.#rpc, options);
  }

  /** @throws RpcError `already_exists`, `bad_parameter` */
  async create(token: TokenInput, options?: CallOptions): Promise<void> {
    const { createToken, completeToken } = await calls();
    await this.#rpc.unary(createToken, { token: { case: 'v2', value: completeToken(token) } }, options);
  }

  /** Creates the token or replaces its spec; the join state of a bound_keypair token stays. */
  async upsert(token: TokenInput, options?: CallOptions): Promise<void> {
    const { upsertToken, completeToken } = await calls();
    await this.#rpc.unary(upsertToken, { token: { case: 'v2', value: completeToken(token) } }, options);
  }

  /** @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteToken, { name }, options);
  }
}
