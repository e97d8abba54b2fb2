import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../gen/proto/auth_service_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import type { ProvisionTokenV2 } from '../../gen/types/tokens_pb.js';
import { callerKey, remoteAddressKey } from '../auth/caller.js';
import { listAnnounced } from '../domain/announced.js';
import { clusterCaPem } from '../domain/cert-authorities.js';
import { inventoryStatus, listInstances, pingInstance } from '../domain/inventory.js';
import { deleteLock, getLock, listLocks, upsertLock } from '../domain/locks.js';
import { missing } from '../domain/refusals.js';
import { createRole, deleteRole, getRole, listRoles, updateRole, upsertRole } from '../domain/roles.js';
import { createToken, deleteToken, getToken, listTokenPage, listTokens, upsertToken } from '../domain/tokens.js';
import { generateUserCerts } from '../domain/user-certs.js';
import { watchEvents } from '../domain/watch.js';
import { listResetTokens, resetTokensAsTokens } from '../login/user-tokens.js';
import type { ClusterState } from '../state.js';
import { connectorMethods } from './connector-methods.js';
import { loginMethods } from './login-methods.js';
import { pingResponse } from './ping.js';
import { resourceMethods } from './resource-methods.js';

type Implementation = Partial<ServiceImpl<typeof AuthService>>;

/** `proto.AuthService`, the part that administration needs (wire §3.1). */
export function authService(state: ClusterState): Implementation {
  return {
    ...clusterMethods(state),
    ...loginMethods(state),
    ...tokenMethods(state),
    ...roleMethods(state),
    ...lockMethods(state),
    ...resourceMethods(state),
    ...connectorMethods(state),
  };
}

function clusterMethods(state: ClusterState): Implementation {
  return {
    ping: (_request, { values }) => pingResponse(state, values.get(remoteAddressKey)),
    getDomainName: () => ({ domainName: state.clusterName }),
    getClusterCACert: () => ({ tlsCa: clusterCaPem(state) }),
    getClusterAlerts: () => ({ alerts: [] }),
    generateUserCerts: (request, { values }) => generateUserCerts(state, values.get(callerKey), request),
    listResources: (request, { values }) => listAnnounced(state, values.get(callerKey), request),
    getInventoryStatus: (request, { values }) => inventoryStatus(state, values.get(callerKey), request),
    async *getInstances(filter) {
      yield* listInstances(state, filter);
    },
    pingInventory: ({ serverId }, { values }) => pingInstance(state, values.get(callerKey), serverId),
    watchEvents: (request, { signal }) => watchEvents(state, request, signal),
  };
}

function tokenMethods(state: ClusterState): Implementation {
  return {
    getToken({ name }) {
      if (name === '') throw missing('name');
      return getToken(state, name);
    },
    getTokens: () => ({ provisionTokens: [...listTokens(state), ...resetTokensAsTokens(state)] }),
    getStaticTokens: () => ({ kind: 'static_tokens', version: 'v2', metadata: { name: 'static-tokens' }, spec: {} }),
    listProvisionTokens({ limit, startKey, filterRoles, filterBotName }) {
      const page = listTokenPage(
        state,
        { size: limit, token: startKey },
        { roles: filterRoles, botName: filterBotName },
      );
      return { tokens: page.tokens, nextKey: page.nextToken };
    },
    listResetPasswordTokens({ pageSize, pageToken }) {
      const { tokens, nextToken } = listResetTokens(state, { size: pageSize, token: pageToken });
      return { userTokens: tokens, nextPageToken: nextToken };
    },
    async createTokenV2({ token }) {
      await createToken(state, givenToken(token.value));
      return {};
    },
    async upsertTokenV2({ token }) {
      await upsertToken(state, givenToken(token.value));
      return {};
    },
    async deleteToken({ name }) {
      if (name === '') throw missing('name');
      await deleteToken(state, name);
      return {};
    },
  };
}

function roleMethods(state: ClusterState): Implementation {
  return {
    getRole({ name }) {
      if (name === '') throw missing('name');
      return getRole(state, name);
    },
    listRoles({ limit, startKey, filter }) {
      const { roles, nextToken } = listRoles(state, { size: limit, token: startKey }, filter);
      return { roles, nextKey: nextToken };
    },
    async *getCurrentUserRoles(_request, { values }) {
      const caller = values.get(callerKey);
      if (caller.kind === 'user') for (const role of caller.roles) yield getRole(state, role);
    },
    createRole: ({ role }) => createRole(state, givenRole(role)),
    updateRole: ({ role }) => updateRole(state, givenRole(role)),
    upsertRoleV2: ({ role }) => upsertRole(state, givenRole(role)),
    async upsertRole(role) {
      await upsertRole(state, role);
      return {};
    },
    async deleteRole({ name }) {
      if (name === '') throw missing('name');
      await deleteRole(state, name);
      return {};
    },
  };
}

function lockMethods(state: ClusterState): Implementation {
  return {
    getLock({ name }) {
      if (name === '') throw missing('name');
      return getLock(state, name);
    },
    getLocks: ({ inForceOnly, targets }) => ({ locks: listLocks(state, { inForceOnly, targets }) }),
    async upsertLock(lock, { values }) {
      await upsertLock(state, values.get(callerKey), lock);
      return {};
    },
    async deleteLock({ name }) {
      if (name === '') throw missing('name');
      await deleteLock(state, name);
      return {};
    },
  };
}

function givenToken(token: ProvisionTokenV2 | undefined): ProvisionTokenV2 {
  if (token === undefined) throw missing('token');
  return token;
}

function givenRole(role: RoleV6 | undefined): RoleV6 {
  if (role === undefined) throw missing('role');
  return role;
}
