import { randomUUID } from 'node:crypto';
import type { Certs } from '../../gen/proto/certs_pb.js';
import type { UserCertsRequest } from '../../gen/proto/user_certs_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import type { Caller } from '../auth/caller.js';
import { joinTokenOf } from '../auth/join-attributes.js';
import { type Account, accountOf, storedRoles } from '../certs/bot-account.js';
import { issueCertificates } from '../certs/certificates.js';
import { readSubjectKeys } from '../certs/public-keys.js';
import { ClusterError } from '../errors.js';
import { changedMeanwhile, MAX_TTL_MS, samePlan } from '../join/bot-join.js';
import { currentInstanceOf } from '../join/request.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import {
  type AuthenticationRequest,
  lockBotUser,
  planAuthentication,
  recordAuthentication,
} from './bot-authentications.js';
import { defaultSessionMs } from './cluster-config.js';
import { checkImpersonation, checkUserImpersonation } from './impersonation.js';
import { lockedOut, lockOn } from './locks.js';
import { momentOf } from './stored-message.js';
import { checkUsage, routesOf } from './user-cert-routes.js';

type User = Extract<Caller, { kind: 'user' }>;
type Builtin = Extract<Caller, { kind: 'builtin' }>;

/** What a request amounts to after every rule has been asked. */
interface Decision {
  username: string;
  botName: string;
  roles: RoleV6[];
  traits: Record<string, string[]>;
  expires: Date;
  /** A bot renews its own identity. */
  renews: boolean;
}

/**
 * Certificates for who the caller already is: a bot's renewal, a bot's output in other roles, or a shorter certificate
 * (join §4.2, §4.4). Certificates of other users are for the built-in Admin, and for users whose roles allow it.
 * @throws ClusterError AccessDenied, BadParameter, NotFound; nothing has changed then, except that a bot is locked whose
 * certificate is not the newest.
 */
export async function generateUserCerts(
  state: ClusterState,
  caller: Caller,
  request: UserCertsRequest,
): Promise<Certs> {
  checkUsage(state, request);
  if (caller.kind === 'builtin' && caller.role === 'Admin') return issueForAnyone(state, caller, request);
  if (caller.kind !== 'user') throw new ClusterError('AccessDenied', 'access denied');
  if (request.username !== caller.username) return issueForOther(state, caller, request);
  const decision = state.store.read((transaction) => decide(state, transaction, caller, request));
  return decision.renews
    ? renew(state, caller, request, decision)
    : issue(state, caller, request, decision, 0, caller.identity.botInstanceId ?? '');
}

/** The rules in the order of join §4.2. */
function decide(state: ClusterState, transaction: ReadTransaction, caller: User, request: UserCertsRequest): Decision {
  const { identity, username } = caller;
  const impersonates = request.useRoleRequests || request.roleRequests.length > 0;
  const ends = requireExchangeable(state, caller);
  if (identity.impersonator && (impersonates || request.accessRequests.length > 0)) {
    throw new ClusterError('AccessDenied', 'access denied: an impersonated identity cannot take on other roles');
  }
  if (impersonates && request.roleRequests.length === 0) {
    throw new ClusterError('BadParameter', 'role_requests: at least one role must be named');
  }
  if (impersonates && request.accessRequests.length > 0) {
    throw new ClusterError('AccessDenied', 'access denied: roles and access requests cannot be asked for together');
  }
  if (request.accessRequests.length > 0) {
    throw new ClusterError('NotFound', `access request "${request.accessRequests[0]}" is not found`);
  }
  const account = accountOf(transaction, username);
  const renews = identity.renewable === true && !impersonates;
  const latest = renews || impersonates ? new Date(state.clock().getTime() + MAX_TTL_MS) : ends;
  const expires = expiryOf(state, momentOf(request.expires), latest);
  const roleNames = impersonates ? [...new Set(request.roleRequests)] : caller.roles;
  if (impersonates) checkImpersonation(storedRoles(transaction, caller.roles), username, roleNames);
  const lock = lockOn(transaction, state.clock(), {
    username,
    roles: roleNames,
    botInstanceId: identity.botInstanceId,
    joinToken: joinTokenOf(identity),
  });
  if (lock !== undefined) throw lockedOut(lock);
  return {
    username,
    botName: account.botName,
    roles: storedRoles(transaction, roleNames),
    traits: impersonates ? account.traits : caller.traits,
    expires,
    renews,
  };
}

/**
 * A certificate may have ended since its connection was opened: that goes on, but nothing comes from it any more.
 * @returns when the certificate ends
 */
function requireExchangeable({ clock }: ClusterState, { identity, expires }: User): Date {
  if (identity.disallowReissue) {
    throw new ClusterError('AccessDenied', 'access denied: this certificate cannot be exchanged for another');
  }
  if (expires === undefined) throw new ClusterError('AccessDenied', 'access denied: the certificate has no end');
  if (expires <= clock()) throw credentialsExpired();
  return expires;
}

function expiryOf(state: ClusterState, requested: Date | undefined, latest: Date): Date {
  const now = state.clock();
  const wanted = requested ?? new Date(now.getTime() + defaultSessionMs(state));
  if (wanted <= now) throw credentialsExpired();
  return wanted < latest ? wanted : latest;
}

function credentialsExpired(): ClusterError {
  return new ClusterError('AccessDenied', 'access denied: client credentials have expired');
}

/** As in a join: signed first, handed out after one transaction has checked again and counted the renewal. */
async function renew(state: ClusterState, caller: User, request: UserCertsRequest, decision: Decision): Promise<Certs> {
  const { username, botName } = decision;
  const authentication: AuthenticationRequest = {
    username,
    botName,
    current: currentInstanceOf(caller),
    newInstanceId: randomUUID(),
    previousInstanceId: '',
  };
  if (botName === '' || authentication.current?.botName !== botName) {
    throw new ClusterError('AccessDenied', 'access denied: the certificate is not this bot’s');
  }
  const plan = state.store.read((transaction) => planAuthentication(transaction, authentication));
  const keys = readSubjectKeys(request.tlsPublicKey, request.sshPublicKey);
  const certs =
    plan.kind === 'mismatch'
      ? undefined
      : await issue(state, caller, request, decision, plan.generation, plan.instanceId);
  const now = state.clock();
  const outcome = await state.store.write((transaction) => {
    const { expires } = decide(state, transaction, caller, request);
    const again = planAuthentication(transaction, authentication);
    if (again.kind === 'mismatch') return lockBotUser(transaction, { username, now, lockName: randomUUID() }, again);
    if (certs === undefined || !samePlan(plan, again)) throw changedMeanwhile();
    const entry = { joinMethod: 'token', publicKey: keys.recorded };
    recordAuthentication(transaction, authentication, again, { now, expires, renewable: true, authentication: entry });
    return certs;
  });
  if (outcome instanceof ClusterError) throw outcome;
  return outcome;
}

function issue(
  state: ClusterState,
  { identity, username }: User,
  request: UserCertsRequest,
  { botName, roles, traits, expires, renews }: Decision,
  generation: number,
  botInstanceId: string,
): Promise<Certs> {
  const impersonates = request.roleRequests.length > 0;
  return issueCertificates(state, {
    identity: {
      username,
      traits,
      routeToCluster: request.routeToCluster || state.clusterName,
      ...routesOf(request),
      ...(identity.loginIp ? { loginIp: identity.loginIp } : {}),
      ...(identity.joinAttributes ? { joinAttributes: identity.joinAttributes } : {}),
      impersonator: impersonates ? username : (identity.impersonator ?? ''),
      disallowReissue: impersonates && !request.reissuableRoleImpersonation,
      renewable: renews,
      generation,
      botName,
      botInstanceId,
      userType: 'local',
    },
    roles,
    keys: readSubjectKeys(request.tlsPublicKey, request.sshPublicKey),
    requestedMs: expires.getTime() - state.clock().getTime(),
    format: formatOf(request),
    withHostAuthority: renews,
  });
}

/** As another user, with all its roles and for as long as they allow (join §4.2 step 8). */
function issueForOther(state: ClusterState, caller: User, request: UserCertsRequest): Promise<Certs> {
  const { store, clock } = state;
  const now = clock();
  requireExchangeable(state, caller);
  if (caller.identity.impersonator || request.useRoleRequests || request.roleRequests.length > 0) {
    throw new ClusterError('AccessDenied', `access denied: "${caller.username}" may not act as other users so`);
  }
  const { account, roles } = store.read((transaction) => {
    const own = storedRoles(transaction, caller.roles);
    const account = accountOf(transaction, request.username);
    const names = account.user.spec?.roles ?? [];
    checkUserImpersonation(own, caller.username, { username: request.username, roles: names });
    const lock = lockOn(transaction, now, { username: request.username, roles: names });
    if (lock !== undefined) throw lockedOut(lock);
    return { account, roles: storedRoles(transaction, names) };
  });
  return issueAs(state, request, account, { roles, impersonator: caller.username, isLimited: true });
}

/** The administrator of the auth host may act for everybody, in any role, for as long as it wants (join §4.2, §8). */
function issueForAnyone(state: ClusterState, { hostId }: Builtin, request: UserCertsRequest): Promise<Certs> {
  const now = state.clock();
  const { username, roleRequests } = request;
  const impersonates = roleRequests.length > 0;
  const { account, roles } = state.store.read((transaction) => {
    const account = accountOf(transaction, username);
    const names = impersonates ? [...new Set(roleRequests)] : (account.user.spec?.roles ?? []);
    const lock = lockOn(transaction, now, { username, roles: names });
    if (lock !== undefined) throw lockedOut(lock);
    return { account, roles: storedRoles(transaction, names) };
  });
  const impersonator = `${hostId}.${state.clusterName}`;
  const disallowReissue = impersonates && !request.reissuableRoleImpersonation;
  return issueAs(state, request, account, { roles, impersonator, disallowReissue, isLimited: false });
}

/** @param how whether roles limit the time is `isLimited` */
function issueAs(
  state: ClusterState,
  request: UserCertsRequest,
  { traits, botName }: Account,
  how: { roles: RoleV6[]; impersonator: string; disallowReissue?: boolean; isLimited: boolean },
): Promise<Certs> {
  const { roles, impersonator, disallowReissue = false, isLimited } = how;
  return issueCertificates(state, {
    identity: {
      username: request.username,
      traits,
      routeToCluster: request.routeToCluster || state.clusterName,
      ...routesOf(request),
      impersonator,
      disallowReissue,
      botName,
      userType: 'local',
    },
    roles,
    keys: readSubjectKeys(request.tlsPublicKey, request.sshPublicKey),
    requestedMs: requestedLife(state, request),
    format: formatOf(request),
    isLimited,
    withHostAuthority: false,
  });
}

/** @throws ClusterError BadParameter for a form that does not exist. */
function formatOf({ format }: UserCertsRequest): 'standard' | 'oldssh' | undefined {
  if (format === '') return undefined;
  if (format === 'standard' || format === 'oldssh') return format;
  throw new ClusterError('BadParameter', `format: "${format}" is neither standard nor oldssh`);
}

/** How long certificates for somebody else are to last, in milliseconds. @throws ClusterError BadParameter */
function requestedLife(state: ClusterState, request: UserCertsRequest): number {
  const now = state.clock();
  const expires = momentOf(request.expires) ?? new Date(now.getTime() + defaultSessionMs(state));
  if (expires <= now) throw new ClusterError('BadParameter', 'expires: must be in the future');
  return expires.getTime() - now.getTime();
}
