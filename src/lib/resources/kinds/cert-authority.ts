import { clone, create } from '@bufbuild/protobuf';
import {
  CertAuthoritySpecV2Schema,
  type CertAuthorityV2,
  CertAuthorityV2Schema,
} from '../../gen/types/cert_authorities_pb.js';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';

/** The authorities of a cluster in the order in which `tctl status` lists them (wire §4.9). */
export const CERT_AUTHORITY_TYPES = [
  'host',
  'user',
  'db',
  'db_client',
  'openssh',
  'jwt',
  'saml_idp',
  'oidc_idp',
  'spiffe',
  'okta',
  'awsra',
  'bound_keypair',
] as const;

export type CertAuthorityType = (typeof CERT_AUTHORITY_TYPES)[number];

export const certAuthorityKind = defineLegacyKind({
  kind: 'cert_authority',
  aliases: ['cert_authorities', 'cas'],
  schema: CertAuthorityV2Schema,
  nameForm: 'type-and-name',
  verbs: { list: true, get: true, create: true, remove: true },
  versions: ['v2', ''],
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
