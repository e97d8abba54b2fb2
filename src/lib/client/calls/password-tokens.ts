import {
  ChangeUserAuthenticationRequestSchema,
  ChangeUserAuthenticationResponseSchema,
  CreateRegisterChallengeRequestSchema,
  CreateResetPasswordTokenRequestSchema,
  GetResetPasswordTokenRequestSchema,
  MFARegisterChallengeSchema,
} from '../../gen/proto/password_tokens_pb.js';
import { UserTokenV3Schema } from '../../gen/types/user_tokens_pb.js';
import { authCall } from './auth-call.js';

export { DeviceType, DeviceUsage } from '../../gen/proto/password_tokens_pb.js';

export const createResetToken = authCall(
  'CreateResetPasswordToken',
  CreateResetPasswordTokenRequestSchema,
  UserTokenV3Schema,
);
export const getResetToken = authCall('GetResetPasswordToken', GetResetPasswordTokenRequestSchema, UserTokenV3Schema);
export const createRegisterChallenge = authCall(
  'CreateRegisterChallenge',
  CreateRegisterChallengeRequestSchema,
  MFARegisterChallengeSchema,
);
export const changeUserAuthentication = authCall(
  'ChangeUserAuthentication',
  ChangeUserAuthenticationRequestSchema,
  ChangeUserAuthenticationResponseSchema,
);
