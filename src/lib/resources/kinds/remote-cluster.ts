import { RemoteClusterV3Schema } from '../../gen/types/remote_clusters_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const remoteClusterKind = defineReadOnlyKind('remote_cluster', RemoteClusterV3Schema);
