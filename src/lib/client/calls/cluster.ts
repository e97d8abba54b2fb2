import { EmptySchema } from '@bufbuild/protobuf/wkt';

import { GetClusterCACertResponseSchema } from '../../gen/proto/certs_pb.js';
import { PingRequestSchema, PingResponseSchema } from '../../gen/proto/ping_pb.js';
import { authCall } from './auth-call.js';

export const ping = authCall('Ping', PingRequestSchema, PingResponseSchema);
export const getClusterCACert = authCall('GetClusterCACert', EmptySchema, GetClusterCACertResponseSchema);
