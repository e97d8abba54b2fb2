import { clone, create } from '@bufbuild/protobuf';
import {
  CertAuthoritySpecV2Schema,
  type CertAuthorityV2,
  CertAuthorityV2Schema,
} from '../../gen/types/cert_authorities_pb.js';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { CERT_AUTHORITY_TYPES } from '../authority-types.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';

export const certAuthorityKind = defineLegacyKind('cert_authority', {
  schema: CertAuthorityV2Schema,
  withDefaults: withCertAuthorityDefaults,
  validate: validateCertAuthority,
});

/** A copy with kind, version, sub kind and the two names that are always the same filled in (wire §5.4). */
export function withCertAuthorityDefaults(authority: CertAuthorityV2): CertAuthorityV2 {
  const copy = clone(CertAuthorityV2Schema, authority);
  copy.kind = 'cert_authority';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(CertAuthoritySpecV2Schema);
  copy.metadata.name ||= copy.spec.clusterName;
  copy.spec.clusterName = copy.metadata.name;
  copy.subKind ||= copy.spec.type;
  return copy;
}

export function validateCertAuthority(authority: CertAuthorityV2): FieldProblem[] {
  const { metadata, spec } = withCertAuthorityDefaults(authority);
  const problems = validateMetadata(metadata);
  const type = spec?.type ?? '';
  if (!CERT_AUTHORITY_TYPES.some((known) => known === type)) {
    problems.push(notOneOf(['spec', 'type'], type, CERT_AUTHORITY_TYPES));
  }
  return problems;
}
