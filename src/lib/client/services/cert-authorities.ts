import type { MessageInitShape } from '@bufbuild/protobuf';

import type { CertAuthorityV2, CertAuthorityV2Schema } from '../../gen/types/cert_authorities_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type KeyOptions = CallOptions & { includeKeys?: boolean };

/** Loaded with the first call: each service's messages take time. */
async function calls() {
  return (await import('../../gen/teleport/trust/v1/trust_service_pb.js')).TrustService.method;
}

/** Certificate authorities of the cluster and of clusters that it trusts. */
export class CertAuthoritiesClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @param type for example `host` or `user`. @param domain the cluster's name. @throws RpcError `not_found` */
  async get(
    type: string,
    domain: string,
    { includeKeys = false, ...options }: KeyOptions = {},
  ): Promise<CertAuthorityV2> {
    return this.#rpc.unary((await calls()).getCertAuthority, { type, domain, includeKey: includeKeys }, options);
  }

  /** The authorities of one type. @throws RpcError `bad_parameter` when the server does not know the type */
  async *list(type: string, { includeKeys = false, ...options }: KeyOptions = {}): AsyncGenerator<CertAuthorityV2> {
    const answer = await this.#rpc.unary(
      (await calls()).getCertAuthorities,
      { type, includeKey: includeKeys },
      options,
    );
    yield* answer.certAuthoritiesV2;
  }

  /**
   * Changes of a cluster's authorities as they happen, until the signal is given. `undefined` comes first, once the server
   * watches: what is read after it misses nothing.
   * @param types for example `host` and `user`. @param domain the cluster's name
   * @throws RpcError when the connection ends
   */
  async *watch(
    types: readonly string[],
    domain: string,
    { signal }: Pick<CallOptions, 'signal'> = {},
  ): AsyncGenerator<CertAuthorityV2 | undefined> {
    const { AuthService } = await import('../../gen/proto/auth_service_pb.js');
    const filter = Object.fromEntries(types.map((type) => [type, domain]));
    const kinds = [{ kind: 'cert_authority', filter }];
    const options = { timeoutMs: 0, ...(signal === undefined ? {} : { signal }) };
    for await (const { resource } of this.#rpc.serverStream(AuthService.method.watchEvents, { kinds }, options)) {
      if (resource.case === 'watchStatus') yield undefined;
      if (resource.case === 'certAuthority') yield resource.value;
    }
  }

  /** Creates the authority or replaces it. */
  async upsert(
    authority: MessageInitShape<typeof CertAuthorityV2Schema>,
    options?: CallOptions,
  ): Promise<CertAuthorityV2> {
    return this.#rpc.unary((await calls()).upsertCertAuthority, { certAuthority: authority }, options);
  }

  /** @throws RpcError `not_found` */
  async delete(type: string, domain: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteCertAuthority, { type, domain }, options);
  }
}
