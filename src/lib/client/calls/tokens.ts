import { EmptySchema } from '@bufbuild/protobuf/wkt';

import { CreateTokenV2RequestSchema, UpsertTokenV2RequestSchema } from '../../gen/proto/tokens_pb.js';
import { ResourceRequestSchema } from '../../gen/types/metadata_pb.js';
import { ProvisionTokenV2ListSchema, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import { authCall } from './auth-call.js';

export const getToken = authCall('GetToken', ResourceRequestSchema, ProvisionTokenV2Schema);
export const getTokens = authCall('GetTokens', EmptySchema, ProvisionTokenV2ListSchema);
export const createToken = authCall('CreateTokenV2', CreateTokenV2RequestSchema, EmptySchema);
export const upsertToken = authCall('UpsertTokenV2', UpsertTokenV2RequestSchema, EmptySchema);
export const deleteToken = authCall('DeleteToken', ResourceRequestSchema, EmptySchema);
