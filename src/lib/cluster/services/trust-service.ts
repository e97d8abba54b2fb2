import type { ServiceImpl } from '@connectrpc/connect';
import type { TrustService } from '../../gen/teleport/trust/v1/trust_service_pb.js';
import {
  deleteCertAuthority,
  getCertAuthority,
  listCertAuthorities,
  upsertCertAuthority,
} from '../domain/cert-authorities.js';
import { generateHostCert } from '../domain/host-certs.js';
import { missing } from '../domain/refusals.js';
import { createResource, STORED, updateResource, upsertResource } from '../domain/stored-kinds.js';
import { disabled } from '../domain/trusted-clusters.js';
import type { ClusterState } from '../state.js';

/** `teleport.trust.v1.TrustService` (wire §3.6, §6.4). */
export function trustService(state: ClusterState): Partial<ServiceImpl<typeof TrustService>> {
  return {
    getCertAuthority: ({ type, domain, includeKey }) => getCertAuthority(state, { type, domain }, includeKey),
    getCertAuthorities: ({ type, includeKey }) => ({ certAuthoritiesV2: listCertAuthorities(state, type, includeKey) }),
    upsertCertAuthority({ certAuthority }) {
      if (certAuthority === undefined) throw missing('cert_authority');
      return upsertCertAuthority(state, certAuthority);
    },
    async deleteCertAuthority({ type, domain }) {
      await deleteCertAuthority(state, { type, domain });
      return {};
    },
    createTrustedCluster: ({ trustedCluster }) =>
      createResource(state, STORED.trustedCluster, disabled(trustedCluster)),
    updateTrustedCluster: ({ trustedCluster }) =>
      updateResource(state, STORED.trustedCluster, disabled(trustedCluster)),
    upsertTrustedCluster: ({ trustedCluster }) =>
      upsertResource(state, STORED.trustedCluster, disabled(trustedCluster)),
    generateHostCert: (request) => ({ sshCertificate: Buffer.from(generateHostCert(state, request)) }),
  };
}
