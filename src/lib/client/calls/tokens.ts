import { clone, create, type MessageInitShape } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';

import { CreateTokenV2RequestSchema, UpsertTokenV2RequestSchema } from '../../gen/proto/tokens_pb.js';
import { ResourceRequestSchema } from '../../gen/types/metadata_pb.js';
import {
  ProvisionTokenSpecV2BoundKeypairSchema as BoundKeypairSchema,
  ProvisionTokenSpecV2BoundKeypair_OnboardingSpecSchema as OnboardingSchema,
} from '../../gen/types/token_methods_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import { authCall } from './auth-call.js';

export const getToken = authCall('GetToken', ResourceRequestSchema, ProvisionTokenV2Schema);
export const createToken = authCall('CreateTokenV2', CreateTokenV2RequestSchema, EmptySchema);
export const upsertToken = authCall('UpsertTokenV2', UpsertTokenV2RequestSchema, EmptySchema);
export const deleteToken = authCall('DeleteToken', ResourceRequestSchema, EmptySchema);

/**
 * A token as it is sent. Kind and version may be left out: there is only one of each. A bound_keypair token always has
 * `onboarding`, empty if need be: without it an auth service of 18.0.0 ends in a nil dereference; later ones fill it in.
 */
export function completeToken(input: MessageInitShape<typeof ProvisionTokenV2Schema>): ProvisionTokenV2 {
  const token = clone(ProvisionTokenV2Schema, create(ProvisionTokenV2Schema, input));
  token.kind ||= 'token';
  token.version ||= 'v2';
  if (token.spec?.joinMethod === 'bound_keypair') {
    token.spec.boundKeypair ??= create(BoundKeypairSchema);
    token.spec.boundKeypair.onboarding ??= create(OnboardingSchema);
  }
  return token;
}
