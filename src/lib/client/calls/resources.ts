import { ListResourcesRequestSchema, ListResourcesResponseSchema } from '../../gen/proto/resources_pb.js';
import { authCall } from './auth-call.js';

export const listResources = authCall('ListResources', ListResourcesRequestSchema, ListResourcesResponseSchema);
