import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { ResourceRequestSchema } from '../../gen/types/metadata_pb.js';
import {
  type TrustedClusterV2,
  TrustedClusterV2ListSchema,
  TrustedClusterV2Schema,
} from '../../gen/types/trusted_clusters_pb.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import type { KindOperations } from './operations.js';

const getTrustedCluster = authCall('GetTrustedCluster', ResourceRequestSchema, TrustedClusterV2Schema);
const getTrustedClusters = authCall('GetTrustedClusters', EmptySchema, TrustedClusterV2ListSchema);
const upsertTrustedCluster = authCall('UpsertTrustedCluster', TrustedClusterV2Schema, TrustedClusterV2Schema);
const deleteTrustedCluster = authCall('DeleteTrustedCluster', ResourceRequestSchema, EmptySchema);

export function trustedClusters(client: Client): KindOperations<TrustedClusterV2> {
  return {
    get: (name, options) => client.call(getTrustedCluster, { name }, options),
    async *list(options) {
      yield* (await client.call(getTrustedClusters, {}, options)).trustedClusters;
    },
    upsert: (cluster, options) => client.call(upsertTrustedCluster, cluster, options),
    delete: async (name, options) => void (await client.call(deleteTrustedCluster, { name }, options)),
  };
}
