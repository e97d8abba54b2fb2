import { clone, create } from '@bufbuild/protobuf';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { UserSpecV2Schema, type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';

export const userKind = defineLegacyKind('user', {
  schema: UserV2Schema,
  withDefaults: withUserDefaults,
  validate: validateUser,
});

/** A copy with kind, version and namespace filled in (wire §5.4). */
export function withUserDefaults(user: UserV2): UserV2 {
  const copy = clone(UserV2Schema, user);
  copy.kind = 'user';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(UserSpecV2Schema);
  return copy;
}

/** The rules for a user, apart from the existence of its roles (wire §5.4). */
export function validateUser(user: UserV2): FieldProblem[] {
  const problems = validateMetadata(user.metadata);
  user.spec?.roles.forEach((role, index) => {
    if (role === '') problems.push({ path: ['spec', 'roles', index], message: 'a role name must not be empty' });
  });
  return problems;
}
