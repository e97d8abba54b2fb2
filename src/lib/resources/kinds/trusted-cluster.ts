import { clone, create } from '@bufbuild/protobuf';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import {
  TrustedClusterSpecV2Schema,
  type TrustedClusterV2,
  TrustedClusterV2Schema,
} from '../../gen/types/trusted_clusters_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';

export const trustedClusterKind = defineLegacyKind('trusted_cluster', {
  schema: TrustedClusterV2Schema,
  withDefaults: withTrustedClusterDefaults,
  validate: validateTrustedCluster,
});

/** A copy whose tunnel is where the proxy is, unless it says otherwise. */
function withTrustedClusterDefaults(cluster: TrustedClusterV2): TrustedClusterV2 {
  const copy = clone(TrustedClusterV2Schema, cluster);
  copy.kind = 'trusted_cluster';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(TrustedClusterSpecV2Schema);
  copy.spec.tunnelAddr ||= copy.spec.webProxyAddr;
  return copy;
}

function validateTrustedCluster({ metadata, spec }: TrustedClusterV2): FieldProblem[] {
  const problems = validateMetadata(metadata);
  const { roles = [], roleMap = [] } = spec ?? {};
  if (roles.length > 0 && roleMap.length > 0) {
    problems.push({ path: ['spec', 'roles'], message: 'roles and role_map exclude each other' });
  }
  if (roles.length === 0 && roleMap.length === 0) {
    problems.push({ path: ['spec', 'role_map'], message: 'this is required' });
  }
  roleMap.forEach(({ remote, local }, index) => {
    const path = ['spec', 'role_map', index];
    if (remote === '') problems.push({ path: [...path, 'remote'], message: 'this is required' });
    if (local.length === 0) problems.push({ path: [...path, 'local'], message: 'at least one is required' });
  });
  return problems;
}
