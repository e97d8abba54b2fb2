import {
  InventoryPingRequestSchema,
  InventoryPingResponseSchema,
  InventoryStatusRequestSchema,
  InventoryStatusSummarySchema,
} from '../../gen/proto/inventory_pb.js';
import { InstanceFilterSchema, InstanceV1Schema } from '../../gen/types/inventory_pb.js';
import { authCall, authStream } from './auth-call.js';

export const getInventoryStatus = authCall(
  'GetInventoryStatus',
  InventoryStatusRequestSchema,
  InventoryStatusSummarySchema,
);
export const pingInventory = authCall('PingInventory', InventoryPingRequestSchema, InventoryPingResponseSchema);
export const getInstances = authStream('GetInstances', InstanceFilterSchema, InstanceV1Schema);
