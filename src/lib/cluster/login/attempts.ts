import { randomUUID } from 'node:crypto';
import { clone, create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { LoginStatusSchema, type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { momentOf } from '../domain/stored-message.js';
import { findUser, storeUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { Transaction } from '../storage/backend.js';
import { ATTEMPT, forgiveAttempts } from './leftovers.js';

/** Of these without a success in between, the last locks the user out (login §5.5). */
const MAX_ATTEMPTS = 5;
const RECORD_MS = 30 * 60_000;
const LOCK_MS = 30 * 60_000;

/**
 * Runs a check of somebody's secrets. Every attempt is on record before the check begins and is forgiven when it
 * succeeds, so that attempts side by side are counted too. Attempts on users who do not exist leave nothing behind.
 * @throws what the check throws; ClusterError AccessDenied once there were too many failed attempts.
 */
export async function countingAttempts<T>(
  state: ClusterState,
  username: string,
  check: (user: UserV2 | undefined) => Promise<T>,
): Promise<T> {
  const user = await state.store.write((transaction) => beginAttempt(state, transaction, username));
  try {
    const result = await check(user);
    if (user !== undefined) await state.store.write((transaction) => forgiveAttempts(transaction, username));
    return result;
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'AccessDenied') await failAttempt(state, username);
    throw error;
  }
}

function beginAttempt(state: ClusterState, transaction: Transaction, username: string): UserV2 | undefined {
  const user = username === '' ? undefined : findUser(transaction, username);
  if (user === undefined) return undefined;
  const now = state.clock();
  const lockedUntil = momentOf(user.spec?.status?.lockExpires);
  const isLocked = user.spec?.status?.isLocked && lockedUntil !== undefined && lockedUntil > now;
  if (isLocked || attemptsOf(transaction, username).length >= MAX_ATTEMPTS) throw tooManyAttempts();
  const expires = new Date(now.getTime() + RECORD_MS);
  transaction.put({ kind: ATTEMPT, name: `${username}/${randomUUID()}`, value: new Uint8Array(), expires });
  return user;
}

/** @throws ClusterError AccessDenied when this was one attempt too many. */
async function failAttempt(state: ClusterState, username: string): Promise<void> {
  const locked = await state.store.write((transaction) => {
    const user = findUser(transaction, username);
    if (user === undefined || attemptsOf(transaction, username).length < MAX_ATTEMPTS) return false;
    lock(state, transaction, user);
    forgiveAttempts(transaction, username);
    return true;
  });
  if (locked) throw tooManyAttempts();
}

function lock(state: ClusterState, transaction: Transaction, user: UserV2): void {
  const now = state.clock();
  const locked = clone(UserV2Schema, user);
  if (locked.spec === undefined) return;
  locked.spec.status = create(LoginStatusSchema, {
    isLocked: true,
    lockedMessage: `user has exceeded maximum failed login attempts`,
    lockedTime: timestampFromDate(now),
    lockExpires: timestampFromDate(new Date(now.getTime() + LOCK_MS)),
  });
  storeUser(transaction, locked);
}

function attemptsOf(transaction: Transaction, username: string) {
  return transaction.list(ATTEMPT, { prefix: `${username}/` });
}

function tooManyAttempts(): ClusterError {
  return new ClusterError('AccessDenied', 'too many incorrect attempts, please try again later');
}
