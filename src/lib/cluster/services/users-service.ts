import type { ServiceImpl } from '@connectrpc/connect';
import type { UsersService } from '../../gen/teleport/users/v1/users_service_pb.js';
import type { UserV2 } from '../../gen/types/users_pb.js';
import { type Caller, callerKey } from '../auth/caller.js';
import { missing } from '../domain/refusals.js';
import { createUser, deleteUser, getUser, listUsers, updateUser, upsertUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

/** `teleport.users.v1.UsersService` (wire §3.5, §6.4). */
export function usersService(state: ClusterState): Partial<ServiceImpl<typeof UsersService>> {
  return {
    getUser({ name, currentUser, withSecrets }, { values }) {
      const caller = values.get(callerKey);
      if (withSecrets) requireAdmin(caller);
      return { user: getUser(state, currentUser ? ownName(caller) : name, withSecrets) };
    },
    listUsers({ pageSize, pageToken, withSecrets, filter }, { values }) {
      if (withSecrets) requireAdmin(values.get(callerKey));
      const page = { size: pageSize, token: pageToken };
      const { users, nextToken } = listUsers(state, page, { filter, withSecrets });
      return { users, nextPageToken: nextToken };
    },
    async createUser({ user }, { values }) {
      return { user: await createUser(state, values.get(callerKey), given(user)) };
    },
    async updateUser({ user }) {
      return { user: await updateUser(state, given(user)) };
    },
    async upsertUser({ user }, { values }) {
      return { user: await upsertUser(state, values.get(callerKey), given(user)) };
    },
    async deleteUser({ name }) {
      if (name === '') throw missing('name');
      await deleteUser(state, name);
      return {};
    },
  };
}

function given(user: UserV2 | undefined): UserV2 {
  if (user === undefined) throw missing('user');
  return user;
}

/** Password hashes and the like leave the server only towards the cluster's own Admin (wire §3.5). */
function requireAdmin(caller: Caller): void {
  if (caller.kind === 'builtin' && caller.role === 'Admin') return;
  throw new ClusterError('AccessDenied', 'this request can be only executed by an admin');
}

function ownName(caller: Caller): string {
  if (caller.kind === 'user') return caller.username;
  throw new ClusterError('BadParameter', 'current_user: only users have one');
}
