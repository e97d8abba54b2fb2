import type { RoleConditions } from '../../gen/types/role_conditions_pb.js';
import { type RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { decodeStored } from '../domain/stored-message.js';
import type { ReadTransaction, Store } from '../storage/backend.js';
import type { AccessRule, AccessRules } from './rules.js';

const MOST_ROLES = 1000;

interface Remembered {
  revision: string;
  rules: AccessRules;
}

/** Decoded rules per store and role: decoding a preset role on every call would cost more than the call itself. */
const remembered = new WeakMap<Store, Map<string, Remembered>>();

/** The rules of a role as it is stored now, or undefined where there is no such role. */
export function rulesOfRole(store: Store, transaction: ReadTransaction, name: string): AccessRules | undefined {
  const item = transaction.get('role', name);
  if (item === undefined) return undefined;
  const known = cacheOf(store).get(name);
  if (known?.revision === item.revision) return known.rules;
  const rules = rulesIn(decodeStored(RoleV6Schema, item));
  if (cacheOf(store).size >= MOST_ROLES) cacheOf(store).clear(); // roles of bots come and go
  cacheOf(store).set(name, { revision: item.revision, rules });
  return rules;
}

function cacheOf(store: Store): Map<string, Remembered> {
  let cache = remembered.get(store);
  if (cache === undefined) {
    cache = new Map();
    remembered.set(store, cache);
  }
  return cache;
}

function rulesIn(role: RoleV6): AccessRules {
  return { allow: accessRules(role.spec?.allow), deny: accessRules(role.spec?.deny) };
}

function accessRules(conditions: RoleConditions | undefined): AccessRule[] {
  return (conditions?.rules ?? []).map(({ resources, verbs, where }) => ({ resources, verbs, where }));
}
