import type { TrustedClusterV2 } from '../../gen/types/trusted_clusters_pb.js';
import { ClusterError } from '../errors.js';

/**
 * Lets a trusted cluster pass that is not enabled. To enable one, a real cluster asks the root cluster, which this one
 * cannot.
 * @throws ClusterError NotImplemented.
 */
export function disabled(cluster: TrustedClusterV2 | undefined): TrustedClusterV2 | undefined {
  if (!cluster?.spec?.enabled) return cluster;
  throw new ClusterError(
    'NotImplemented',
    'spec.enabled: this cluster cannot reach other clusters; it keeps trusted clusters only while they are not enabled',
  );
}
