import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import { botResourceName } from '../../resources/index.js';
import type { SystemRole } from '../auth/caller.js';
import { accountOf, storedRoles } from '../certs/bot-account.js';
import { lockedOut, lockOn } from '../domain/locks.js';
import { getStored } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import type { ReadTransaction } from '../storage/backend.js';
import type { Joiner, JoinRequest } from './request.js';

/** Methods of tokens that are joined by other calls than `RegisterUsingToken` (join §1.3 step 5). */
const OTHER_CALLS = ['iam', 'azure', 'tpm', 'oracle', 'bound_keypair'];

/** Roles of hosts that run a service; one of them on a token lets a host ask for an `Instance` certificate (join §1.4). */
export const SERVICE_ROLES: readonly SystemRole[] = [
  'Auth',
  'Node',
  'Proxy',
  'Kube',
  'App',
  'Db',
  'WindowsDesktop',
  'Discovery',
  'Okta',
  'MDM',
  'AccessGraphPlugin',
];

/** The bot that a token lets in. */
export interface JoiningBot {
  botName: string;
  username: string;
  roles: RoleV6[];
  traits: Record<string, string[]>;
}

/**
 * The token of a request, if it is one for what the request wants: of the method, where one is named.
 * @throws ClusterError AccessDenied for a token that is not there (any more), BadParameter for a role or method that is not
 * the token's.
 */
export function findJoinToken(
  transaction: ReadTransaction,
  request: Pick<JoinRequest, 'token' | 'role' | 'nodeName'>,
  method?: string,
): ProvisionTokenV2 {
  const { nodeName, role } = request;
  const who = `"${nodeName}" can not join the cluster with role "${role}"`;
  const token = getStored(transaction, ProvisionTokenV2Schema, 'token', request.token);
  if (token?.spec === undefined) throw new ClusterError('AccessDenied', `${who}, token expired or not found`);
  if (role === 'Instance' && servicesOf(token).length === 0) {
    throw new ClusterError('AccessDenied', `${who}, the token is for no service of a host`);
  }
  if (role !== 'Instance' && !token.spec.roles.includes(role)) {
    throw new ClusterError('BadParameter', `${who}, the token does not allow this role`);
  }
  const { joinMethod } = token.spec;
  if (method !== undefined && joinMethod !== method) {
    const isOther = method === 'token' && OTHER_CALLS.includes(joinMethod);
    throw new ClusterError(
      isOther ? 'AccessDenied' : 'BadParameter',
      `${who}, the token is for the join method ${joinMethod}`,
    );
  }
  if (method === 'bound_keypair' && role !== 'Bot') {
    throw new ClusterError('BadParameter', `${who}, bound_keypair joins are for the role Bot`);
  }
  return token;
}

/** The services that a token's hosts may run, in the token's order. */
export function servicesOf({ spec }: ProvisionTokenV2): SystemRole[] {
  return (spec?.roles ?? []).flatMap((role) => SERVICE_ROLES.find((known) => known === role) ?? []);
}

/**
 * The bot that a token is for, with its user and roles as they are stored now.
 * @throws ClusterError AccessDenied where they are gone or locked, or where the joiner already is another bot.
 */
export function botOf(transaction: ReadTransaction, token: ProvisionTokenV2, joiner: Joiner, now: Date): JoiningBot {
  const botName = token.spec?.botName ?? '';
  const username = botResourceName(botName);
  const account = accountOf(transaction, username);
  if (account.botName !== botName) throw new ClusterError('AccessDenied', 'access denied');
  if (joiner.current !== undefined && joiner.current.botName !== botName) {
    throw new ClusterError('AccessDenied', 'access denied: the certificate is another bot’s');
  }
  const roleNames = account.user.spec?.roles ?? [];
  const lock = lockOn(transaction, now, {
    username,
    roles: roleNames,
    botInstanceId: joiner.current?.instanceId,
    joinToken: token.metadata?.name,
  });
  if (lock !== undefined) throw lockedOut(lock);
  return { botName, username, roles: storedRoles(transaction, roleNames), traits: account.traits };
}
