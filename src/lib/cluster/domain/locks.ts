import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type LockTarget, type LockV2, LockV2Schema } from '../../gen/types/locks_pb.js';
import { validateLock, withLockDefaults } from '../../resources/kinds/index.js';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import { authorOf } from './authorship.js';
import { checkName } from './names.js';
import { doesNotExist } from './refusals.js';
import { asKnownLock } from './release-limits.js';
import { checkTime, decodeStored, getStored, momentOf, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'lock';

const TARGET_FIELDS = [
  'user',
  'role',
  'login',
  'mfaDevice',
  'windowsDesktop',
  'accessRequest',
  'device',
  'serverId',
  'botInstanceId',
  'joinToken',
] as const satisfies readonly (keyof LockTarget)[];

/** @throws ClusterError NotFound. */
export function getLock({ store }: ClusterState, name: string): LockV2 {
  const lock = store.read((transaction) => getStored(transaction, LockV2Schema, KIND, name));
  if (lock === undefined) throw doesNotExist(KIND, name);
  return lock;
}

export interface LockFilter {
  /** Only locks whose own expiry has not passed. */
  inForceOnly: boolean;
  /** Only locks on one of these targets; none = all locks. */
  targets: readonly LockTarget[];
}

export function listLocks({ store, clock }: ClusterState, { inForceOnly, targets }: LockFilter): LockV2[] {
  const now = clock();
  return store
    .read((transaction) => transaction.list(KIND))
    .map((item) => decodeStored(LockV2Schema, item))
    .filter((lock) => !inForceOnly || isInForce(lock, now))
    .filter((lock) => targets.length === 0 || targets.some((target) => isOn(lock, target)));
}

/** Creates or replaces; fills author and time where the input has none (wire §5.4). */
export async function upsertLock(state: ClusterState, caller: Caller, given: LockV2): Promise<void> {
  const lock = withLockDefaults(asKnownLock(state, given));
  refuseProblems(validateLock(lock));
  const name = lock.metadata?.name ?? '';
  checkName(KIND, name);
  checkTime('spec.expires', lock.spec?.expires);
  checkTime('spec.created_at', lock.spec?.createdAt);
  if (lock.spec !== undefined) {
    lock.spec.createdBy ||= caller.kind === 'builtin' ? caller.role : authorOf(state, caller);
    if (momentOf(lock.spec.createdAt) === undefined) lock.spec.createdAt = timestampFromDate(state.clock());
  }
  await state.store.write((transaction) => putStored(transaction, LockV2Schema, KIND, name, lock));
}

/** @throws ClusterError NotFound. */
export async function deleteLock({ store }: ClusterState, name: string): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, name)) throw new ClusterError('NotFound', `lock "${name}" is not found`);
  });
}

/** What a lock can be about somebody who calls or asks for certificates. */
export interface LockSubject {
  /** Absent for hosts. */
  username?: string | undefined;
  roles: readonly string[];
  /** Of a bot's certificate; empty or absent for others. */
  botInstanceId?: string | undefined;
  /** Of a host; empty or absent for others. */
  hostId?: string | undefined;
  /** Name of the token that the identity joined, or wants to join, with. */
  joinToken?: string | undefined;
}

/**
 * The lock in force that keeps somebody out, if there is one: on the user, on one of the roles, on a bot's instance or
 * on the token of its join (join §3.6). What else the lock's target names makes it no narrower: a lock on a user and a
 * login keeps the user out of everything.
 */
export function lockOn(transaction: ReadTransaction, now: Date, subject: LockSubject): LockV2 | undefined {
  return transaction
    .list(KIND)
    .map((item) => decodeStored(LockV2Schema, item))
    .find((lock) => lock.spec?.target !== undefined && isInForce(lock, now) && concerns(lock.spec.target, subject));
}

function concerns(target: LockTarget, { username, roles, botInstanceId, hostId, joinToken }: LockSubject): boolean {
  return (
    (target.user !== '' && target.user === username) ||
    (target.role !== '' && roles.includes(target.role)) ||
    (target.botInstanceId !== '' && target.botInstanceId === botInstanceId) ||
    (target.serverId !== '' && target.serverId === hostId) ||
    (target.joinToken !== '' && target.joinToken === joinToken)
  );
}

/** What somebody learns who is kept out by a lock. */
export function lockedOut(lock: LockV2): ClusterError {
  const target = lock.spec?.target;
  const parts = LOCK_TEXTS.flatMap(([field, name]) => (target?.[field] ? [`${name}:"${target[field]}"`] : []));
  return new ClusterError('AccessDenied', `lock targeting ${parts.join(' ')} is in force`);
}

const LOCK_TEXTS = [
  ['user', 'User'],
  ['role', 'Role'],
  ['serverId', 'ServerID'],
  ['botInstanceId', 'BotInstanceID'],
  ['joinToken', 'JoinToken'],
] as const;

function isInForce(lock: LockV2, now: Date): boolean {
  const expires = momentOf(lock.spec?.expires);
  return expires === undefined || expires > now;
}

/** A lock is on a target when every field that the target sets is the same in the lock (wire §6.4). */
function isOn(lock: LockV2, target: LockTarget): boolean {
  return TARGET_FIELDS.every((field) => target[field] === '' || lock.spec?.target?.[field] === target[field]);
}
