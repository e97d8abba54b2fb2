import { CreateAuthenticateChallengeRequestSchema, MFAAuthenticateChallengeSchema } from '../../gen/proto/mfa_pb.js';
import { authCall } from './auth-call.js';

export { MFARequired } from '../../gen/proto/mfa_pb.js';
export { ChallengeAllowReuse, ChallengeScope } from '../../gen/teleport/mfa/v1/challenge_pb.js';

export const createAuthenticateChallenge = authCall(
  'CreateAuthenticateChallenge',
  CreateAuthenticateChallengeRequestSchema,
  MFAAuthenticateChallengeSchema,
);
