import { lockedOut, lockOn } from '../domain/locks.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction, Store } from '../storage/backend.js';
import type { Caller } from './caller.js';
import { joinTokenOf } from './join-attributes.js';
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
  if (caller.kind === 'user') rulesFor(state, caller);
}

function decider(state: ClusterState, caller: Caller): (kind: string, verb: Verb) => boolean {
  if (caller.kind === 'anonymous') return () => false;
  if (caller.kind === 'builtin') return () => caller.role === 'Admin';
  const rules = rulesFor(state, caller);
  return (kind, verb) => rulesAllow(rules, kind, verb);
}

interface Remembered {
  rules: AccessRules[];
  changes: number;
  /** When the rules were read. A clock that is set back can bring expired locks into force again. */
  from: number;
  /** When the user or one of its roles expires; milliseconds. */
  until: number;
}

/** What access depends on. */
const SOURCES = ['user', 'role', 'lock'];

/** Rules by store and caller; a caller lives as long as its connection. Refusals are not remembered. */
const remembered = new WeakMap<Store, WeakMap<User, Remembered>>();

/** Reads a caller's rules once, and again only after something changed that they depend on. */
function rulesFor(state: ClusterState, caller: User): AccessRules[] {
  const { store, clock } = state;
  const callers = remembered.get(store) ?? new WeakMap<User, Remembered>();
  remembered.set(store, callers);
  const now = clock().getTime();
  const changes = store.changes(SOURCES);
  const known = callers.get(caller);
  if (known?.changes === changes && known.from <= now && now < known.until) return known.rules;
  const { rules, until } = store.read((transaction) => ({
    rules: rulesOfUser(state, transaction, caller),
    until: earliestExpiry(transaction, caller),
  }));
  callers.set(caller, { rules, changes, from: now, until });
  return rules;
}

function earliestExpiry(transaction: ReadTransaction, { username, roles }: User): number {
  const items = [transaction.get('user', username), ...roles.map((role) => transaction.get('role', role))];
  return Math.min(...items.map((item) => item?.expires?.getTime() ?? Number.POSITIVE_INFINITY));
}

/**
 * Roles are those of the certificate; the user must still be there, and neither it nor a role locked (join §0.3, §3.6).
 */
function rulesOfUser(state: ClusterState, transaction: ReadTransaction, caller: User): AccessRules[] {
  const { username, roles } = caller;
  if (transaction.get('user', username) === undefined) {
    throw new ClusterError('AccessDenied', `access denied: user "${username}" does not exist`);
  }
  const lock = lockOn(transaction, state.clock(), {
    username,
    roles,
    botInstanceId: caller.identity.botInstanceId,
    joinToken: joinTokenOf(caller.identity),
  });
  if (lock !== undefined) throw lockedOut(lock);
  return [
    IMPLICIT_RULES,
    ...roles.map((role) => {
      const rules = rulesOfRole(state.store, transaction, role);
      if (rules === undefined) throw new ClusterError('AccessDenied', `access denied: role "${role}" does not exist`);
      return rules;
    }),
  ];
}
