import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { checkUserImpersonation } from '../../../../src/lib/cluster/domain/impersonation.js';
import type { ImpersonateConditionsSchema } from '../../../../src/lib/gen/types/role_conditions_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';

type Conditions = MessageInitShape<typeof ImpersonateConditionsSchema>;

const role = (allow?: Conditions, deny?: Conditions) =>
  create(RoleV6Schema, {
    spec: { allow: allow ? { impersonate: allow } : {}, deny: deny ? { impersonate: deny } : {} },
  });
const alice = { username: 'alice', roles: ['access', 'dev'] };

describe('acting as another user', () => {
  it.each([
    ['the user and all its roles', [role({ users: ['alice'], roles: ['access', 'dev'] })]],
    ['patterns', [role(), role({ users: ['*'], roles: ['*'] })]],
  ])('is allowed by a role that names %s', (_, own) => {
    expect(() => checkUserImpersonation(own, 'sam', alice)).not.toThrow();
  });

  it.each([
    ['nothing is allowed', [role()]],
    ['another user is allowed', [role({ users: ['bob'], roles: ['*'] })]],
    ['one of the roles is missing', [role({ users: ['alice'], roles: ['access'] })]],
    ['user and roles are allowed by different roles', [role({ users: ['alice'] }), role({ roles: ['*'] })]],
    ['a condition is set', [role({ users: ['*'], roles: ['*'], where: 'true' })]],
    ['the user is denied', [role({ users: ['*'], roles: ['*'] }, { users: ['alice'], roles: ['other'] })]],
    ['a role is denied', [role({ users: ['*'], roles: ['*'] }, { users: ['other'], roles: ['dev'] })]],
  ])('is refused where %s', (_, own) => {
    expect(() => checkUserImpersonation(own, 'sam', alice)).toThrow('user "sam" may not act as other users');
  });
});
