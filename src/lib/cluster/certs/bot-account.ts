import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { RoleV6Schema } from '../../gen/types/roles_pb.js';
import { type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { BOT_LABEL } from '../domain/bot-resources.js';
import { roleNotFound } from '../domain/refusals.js';
import { getStored } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import type { ReadTransaction } from '../storage/backend.js';

/** A user as certificates need it. */
export interface Account {
  user: UserV2;
  /** Empty for people. */
  botName: string;
  traits: Record<string, string[]>;
}

/** @throws ClusterError AccessDenied that tells nothing, where there is no such user or an identity provider owns it. */
export function accountOf(transaction: ReadTransaction, username: string): Account {
  const user = getStored(transaction, UserV2Schema, 'user', username);
  if (user === undefined || isFromProvider(user)) throw new ClusterError('AccessDenied', 'access denied');
  const traits = Object.entries(user.spec?.traits?.labels ?? {}).map(([name, { values }]) => [name, values]);
  return { user, botName: user.metadata?.labels[BOT_LABEL] ?? '', traits: Object.fromEntries(traits) };
}

/** @throws ClusterError NotFound for the first role that does not exist. */
export function storedRoles(transaction: ReadTransaction, names: readonly string[]): RoleV6[] {
  return names.map((name) => {
    const role = getStored(transaction, RoleV6Schema, 'role', name);
    if (role === undefined) throw roleNotFound(name);
    return role;
  });
}

function isFromProvider({ spec }: UserV2): boolean {
  return (spec?.createdBy?.connector?.id ?? '') !== '';
}
