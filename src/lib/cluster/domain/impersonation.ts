import type { ImpersonateConditions } from '../../gen/types/role_conditions_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { matchesAny } from '../auth/patterns.js';
import { ClusterError } from '../errors.js';

/**
 * Whether somebody may act in other roles: one of their own roles must allow all of them, and none deny any (join §4.2
 * step 10). A condition (`where`) is not evaluated: an allowance that has one allows nothing, a denial denies.
 * @throws ClusterError AccessDenied.
 */
export function checkImpersonation(own: readonly RoleV6[], username: string, wanted: readonly string[]): void {
  const denies = ({ roles }: ImpersonateConditions) => wanted.some((role) => matchesAny('deny', roles, role));
  const allows = ({ users, roles, where }: ImpersonateConditions) =>
    users.length === 0 && where === '' && wanted.every((role) => matchesAny('allow', roles, role));
  const conditions = (side: 'allow' | 'deny') => own.flatMap(({ spec }) => spec?.[side]?.impersonate ?? []);
  if (conditions('deny').some(denies) || !conditions('allow').some(allows)) {
    const message = `access denied: user "${username}" may not impersonate the roles ${wanted.join(', ')}`;
    throw new ClusterError('AccessDenied', message);
  }
}

/**
 * Whether somebody may act as another user: one of their own roles must allow that user with all its roles, and none deny
 * the user or one of its roles (join §4.2 step 8). Conditions (`where`) as above.
 * @throws ClusterError AccessDenied.
 */
export function checkUserImpersonation(
  own: readonly RoleV6[],
  username: string,
  target: { username: string; roles: readonly string[] },
): void {
  const isForUsers = ({ users, roles }: ImpersonateConditions) => users.length > 0 && roles.length > 0;
  const denies = ({ users, roles }: ImpersonateConditions) =>
    matchesAny('deny', users, target.username) || target.roles.some((role) => matchesAny('deny', roles, role));
  const allows = ({ users, roles, where }: ImpersonateConditions) =>
    where === '' &&
    matchesAny('allow', users, target.username) &&
    target.roles.every((role) => matchesAny('allow', roles, role));
  const conditions = (side: 'allow' | 'deny') =>
    own.flatMap(({ spec }) => spec?.[side]?.impersonate ?? []).filter(isForUsers);
  if (conditions('deny').some(denies) || !conditions('allow').some(allows)) {
    throw new ClusterError('AccessDenied', `access denied: user "${username}" may not act as other users`);
  }
}
