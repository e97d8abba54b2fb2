import { clone, create } from '@bufbuild/protobuf';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { ProvisionTokenSpecV2BoundKeypair_RecoverySpecSchema } from '../../gen/types/token_methods_pb.js';
import {
  type ProvisionTokenSpecV2,
  ProvisionTokenSpecV2Schema,
  type ProvisionTokenV2,
  ProvisionTokenV2Schema,
} from '../../gen/types/tokens_pb.js';
import { nearest } from '../../util/nearest.js';
import { defineLegacyKind, type KindDefinition } from '../kind-definition.js';
import { toLegacyJson } from '../legacy-json.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';
import { SYSTEM_ROLES, systemRole } from '../system-roles.js';
import { laterTokenFields } from './later-token-fields.js';
import { validateJoinMethod } from './token-methods.js';

const FIVE_MINUTES = 300_000_000_000n;

/** Join tokens. `create` overwrites an existing one, as the real tool does. */
export const tokenKind: KindDefinition<typeof ProvisionTokenV2Schema> = {
  ...defineLegacyKind('token', {
    schema: ProvisionTokenV2Schema,
    withDefaults: withTokenDefaults,
    validate: validateToken,
  }),
  laterFields: (token) => laterTokenFields(token).map(({ place }) => place),
};

/** A copy with the defaults that client and server fill in alike (wire §5.3). */
export function withTokenDefaults(token: ProvisionTokenV2): ProvisionTokenV2 {
  const copy = clone(ProvisionTokenV2Schema, token);
  copy.kind = 'token';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(ProvisionTokenSpecV2Schema);
  const { spec } = copy;
  spec.roles = spec.roles.map((role) => systemRole(role) ?? role);
  spec.joinMethod ||= spec.allow.length > 0 ? 'ec2' : 'token';
  fillMethodDefaults(spec);
  return copy;
}

function fillMethodDefaults(spec: ProvisionTokenSpecV2): void {
  if (spec.joinMethod === 'ec2') spec.awsIidTtl ||= FIVE_MINUTES;
  if (spec.joinMethod === 'kubernetes' && spec.kubernetes) spec.kubernetes.type ||= 'in_cluster';
  if (spec.joinMethod === 'gitlab' && spec.gitlab) spec.gitlab.domain ||= 'gitlab.com';
  if (spec.joinMethod === 'bound_keypair' && spec.boundKeypair) {
    spec.boundKeypair.recovery ??= create(ProvisionTokenSpecV2BoundKeypair_RecoverySpecSchema);
    spec.boundKeypair.recovery.limit ||= 1;
  }
}

/** Every rule that a join token must keep, for clients and servers alike; defaults count as filled in (wire §5.3). */
export function validateToken(token: ProvisionTokenV2): FieldProblem[] {
  const { metadata, spec } = withTokenDefaults(token);
  if (!spec) return [];
  const roleProblems = validateRoles(spec.roles);
  return [
    ...validateMetadata(metadata),
    ...roleProblems,
    ...(roleProblems.length === 0 ? validateBotName(spec) : []), // a misspelt role would only repeat itself here
    ...validateJoinMethod(toLegacyJson(ProvisionTokenSpecV2Schema, spec)),
  ];
}

function validateRoles(roles: readonly string[]): FieldProblem[] {
  if (roles.length === 0)
    return [{ path: ['spec', 'roles'], message: 'at least one role is required', accepted: SYSTEM_ROLES }];
  return roles.flatMap((role, index): FieldProblem[] => {
    const path = ['spec', 'roles', index];
    if (roles.indexOf(role) < index) return [{ path, message: `the role ${role} is there twice` }];
    if (systemRole(role)) return [];
    const suggestion = nearest(role, SYSTEM_ROLES);
    const message = `there is no role ${JSON.stringify(role)}`;
    return [{ path, message, accepted: SYSTEM_ROLES, ...(suggestion && { suggestion }) }];
  });
}

function validateBotName({ roles, botName }: ProvisionTokenSpecV2): FieldProblem[] {
  const path = ['spec', 'bot_name'];
  if (roles.includes('Bot') && botName === '')
    return [{ path, message: 'a token with the role Bot must set bot_name' }];
  if (!roles.includes('Bot') && botName !== '')
    return [{ path, message: 'only a token with the role Bot may set bot_name' }];
  return [];
}
