import { GetClusterAlertsResponseSchema } from '../../gen/proto/cluster_alerts_pb.js';
import { GetClusterAlertsRequestSchema } from '../../gen/types/cluster_alerts_pb.js';
import { authCall } from './auth-call.js';

export const getClusterAlerts = authCall(
  'GetClusterAlerts',
  GetClusterAlertsRequestSchema,
  GetClusterAlertsResponseSchema,
);
