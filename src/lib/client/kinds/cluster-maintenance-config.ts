import { EmptySchema } from '@bufbuild/protobuf/wkt';
import {
  type ClusterMaintenanceConfigV1,
  ClusterMaintenanceConfigV1Schema,
} from '../../gen/types/cluster_maintenance_pb.js';
import { isErrorCode } from '../../util/coded-error.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import type { KindOperations } from './operations.js';

const getConfig = authCall('GetClusterMaintenanceConfig', EmptySchema, ClusterMaintenanceConfigV1Schema);
const updateConfig = authCall('UpdateClusterMaintenanceConfig', ClusterMaintenanceConfigV1Schema, EmptySchema);
const deleteConfig = authCall('DeleteClusterMaintenanceConfig', EmptySchema, EmptySchema);

/** As a nonce it replaces whatever there is. */
const ANY_NONCE = 2n ** 64n - 1n;

export function maintenanceConfig(client: Client): KindOperations<ClusterMaintenanceConfigV1> {
  return {
    get: (_name, options) => client.call(getConfig, {}, options),
    async *list(options) {
      try {
        yield await client.call(getConfig, {}, options);
      } catch (error) {
        if (!isErrorCode(error, 'not_found')) throw error;
      }
    },
    upsert: async (config, options) =>
      void (await client.call(updateConfig, { ...config, nonce: ANY_NONCE }, options)) as undefined,
    update: async (config, options) => void (await client.call(updateConfig, config, options)) as undefined,
    delete: async (_name, options) => void (await client.call(deleteConfig, {}, options)),
  };
}
