import { lockOn } from '../domain/locks.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import type { Caller } from './caller.js';
import { rulesOfRole } from './role-rules.js';
import { type AccessRules, IMPLICIT_RULES, rulesAllow, type Verb } from './rules.js';

type User = Extract<Caller, { kind: 'user' }>;

/**
 * Refuses a caller who may not do all of `verbs` with resources of `kind` (join §8).
 * The built-in Admin may do everything; other parts of the cluster and callers without a certificate, nothing.
 * @throws ClusterError AccessDenied naming each verb that is not allowed.
 */
export function requireAccess(state: ClusterState, caller: Caller, kind: string, ...verbs: Verb[]): void {
  const mayDo = decider(state, caller);
  const refused = verbs.filter((verb) => !mayDo(kind, verb));
  if (refused.length === 0) return;
  const texts = refused.map((verb) => `access denied to perform action "${verb}" on "${kind}"`);
  throw new ClusterError('AccessDenied', texts.join(', '));
}

/**
 * Refuses callers who are nobody: without a certificate, or users who do not exist any more or are locked out.
 * @throws ClusterError AccessDenied.
 */
export function requireIdentity(state: ClusterState, caller: Caller): void {
  if (caller.kind === 'anonymous')
    throw new ClusterError('AccessDenied', 'access denied: a client certificate is needed');
  if (caller.kind === 'user') state.store.read((transaction) => rulesOfUser(state, transaction, caller));
}

function decider(state: ClusterState, caller: Caller): (kind: string, verb: Verb) => boolean {
  if (caller.kind === 'anonymous') return () => false;
  if (caller.kind === 'builtin') return () => caller.role === 'Admin';
  const rules = state.store.read((transaction) => rulesOfUser(state, transaction, caller));
  return (kind, verb) => rulesAllow(rules, kind, verb);
}

/**
 * Roles are those of the certificate; the user must still be there, and neither it nor a role locked (join §0.3, §3.6).
 */
function rulesOfUser(state: ClusterState, transaction: ReadTransaction, { username, roles }: User): AccessRules[] {
  if (transaction.get('user', username) === undefined) {
    throw new ClusterError('AccessDenied', `access denied: user "${username}" does not exist`);
  }
  const lock = lockOn(transaction, state.clock(), { username, roles });
  if (lock !== undefined)
    throw new ClusterError('AccessDenied', `lock targeting ${targetText(lock.spec?.target)} is in force`);
  return [
    IMPLICIT_RULES,
    ...roles.map((role) => {
      const rules = rulesOfRole(state.store, transaction, role);
      if (rules === undefined) throw new ClusterError('AccessDenied', `access denied: role "${role}" does not exist`);
      return rules;
    }),
  ];
}

function targetText(target: { user: string; role: string } | undefined): string {
  const parts = [
    ...(target?.user ? [`User:"${target.user}"`] : []),
    ...(target?.role ? [`Role:"${target.role}"`] : []),
  ];
  return parts.join(' ');
}
