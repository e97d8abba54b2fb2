import type { MessageInitShape } from '@bufbuild/protobuf';

import { TrustService } from '../../gen/teleport/trust/v1/trust_service_pb.js';
import type { CertAuthorityV2, CertAuthorityV2Schema } from '../../gen/types/cert_authorities_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

type KeyOptions = CallOptions & { includeKeys?: boolean };

/** Certificate authorities of the cluster and of clusters that it trusts. */
export class CertAuthoritiesClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @param type for example `host` or `user`. @param domain the cluster's name. @throws RpcError `not_found` */
  get(type: string, domain: string, { includeKeys = false, ...options }: KeyOptions = {}): Promise<CertAuthorityV2> {
    return this.#rpc.unary(TrustService.method.getCertAuthority, { type, domain, includeKey: includeKeys }, options);
  }

  /** The authorities of one type. @throws RpcError `bad_parameter` when the server does not know the type */
  async *list(type: string, { includeKeys = false, ...options }: KeyOptions = {}): AsyncGenerator<CertAuthorityV2> {
    const answer = await this.#rpc.unary(
      TrustService.method.getCertAuthorities,
      { type, includeKey: includeKeys },
      options,
    );
    yield* answer.certAuthoritiesV2;
  }

  /** Creates the authority or replaces it. */
  upsert(authority: MessageInitShape<typeof CertAuthorityV2Schema>, options?: CallOptions): Promise<CertAuthorityV2> {
    return this.#rpc.unary(TrustService.method.upsertCertAuthority, { certAuthority: authority }, options);
  }

  /** @throws RpcError `not_found` */
  async delete(type: string, domain: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(TrustService.method.deleteCertAuthority, { type, domain }, options);
  }
}
