import { clone, create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  CreatedBySchema,
  MFADeviceKind,
  PasswordState,
  type UserFilter,
  UserRefSchema,
  UserStatusV2Schema,
  type UserV2,
  UserV2Schema,
} from '../../gen/types/users_pb.js';
import { validateUser, withUserDefaults } from '../../resources/kinds/index.js';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import { forgetLogin } from '../login/leftovers.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction, Transaction } from '../storage/backend.js';
import { authorOf } from './authorship.js';
import { checkName } from './names.js';
import { listPage, type PageRequest } from './paging.js';
import { doesNotExist, roleNotFound, userNotFound } from './refusals.js';
import { checkRevision } from './revisions.js';
import { decodeStored, getStored, momentOf, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'user';

export interface UserListing {
  users: UserV2[];
  nextToken: string;
}

/** A user without its secrets unless asked for. @throws ClusterError NotFound. */
export function getUser({ store }: ClusterState, name: string, withSecrets = false): UserV2 {
  const user = store.read((transaction) => findUser(transaction, name));
  if (user === undefined) throw doesNotExist(KIND, name);
  return withSecrets ? user : withoutSecrets(user);
}

/** One page of users by name; the filter may leave a page shorter than asked for. */
export function listUsers(
  { store }: ClusterState,
  page: PageRequest,
  { filter, withSecrets = false }: { filter?: UserFilter | undefined; withSecrets?: boolean },
): UserListing {
  const { items, nextToken } = store.read((transaction) => listPage(transaction, KIND, page));
  const users = items
    .map((item) => decodeStored(UserV2Schema, item))
    .filter((user) => (filter?.searchKeywords ?? []).every((keyword) => mentions(user, keyword)))
    .map((user) => (withSecrets ? user : withoutSecrets(user)));
  return { users, nextToken };
}

/** Answers like all writes of users without secrets. @throws ClusterError BadParameter, AlreadyExists; NotFound for a role that does not exist. */
export async function createUser(state: ClusterState, caller: Caller, given: UserV2): Promise<UserV2> {
  const user = checkedUser(given);
  return state.store.write((transaction) => {
    checkRolesExist(transaction, user);
    return withoutSecrets(insertUser(transaction, withAuthor(state, caller, withNewStatus(user))));
  });
}

/** Replaces the user whose revision is the given one's; author and time of creation stay. */
export async function updateUser(state: ClusterState, given: UserV2): Promise<UserV2> {
  const user = checkedUser(given);
  return state.store.write((transaction) => {
    checkRolesExist(transaction, user);
    const stored = findUser(transaction, nameOf(user));
    if (stored === undefined) throw userNotFound(nameOf(user));
    checkRevision(stored.metadata?.revision ?? '', given.metadata?.revision);
    return withoutSecrets(storeUser(transaction, withStoredParts(user, stored)));
  });
}

/** Creates or replaces. */
export async function upsertUser(state: ClusterState, caller: Caller, given: UserV2): Promise<UserV2> {
  const user = checkedUser(given);
  return state.store.write((transaction) => {
    checkRolesExist(transaction, user);
    const stored = findUser(transaction, nameOf(user));
    const full = stored === undefined ? withNewStatus(user) : withStoredParts(user, stored);
    return withoutSecrets(storeUser(transaction, withAuthor(state, caller, full)));
  });
}

/** Deletes a user, its links for setting a password, and the role made for it alone, if there is one (wire §6.4). @throws ClusterError NotFound. */
export async function deleteUser({ store }: ClusterState, name: string): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, name)) throw userNotFound(name);
    transaction.delete('role', `user:${name}`);
    forgetLogin(transaction, name);
  });
}

/** The stored user with its secrets, or undefined. */
export function findUser(transaction: ReadTransaction, name: string): UserV2 | undefined {
  return getStored(transaction, UserV2Schema, KIND, name);
}

/** Stores a user that must not be there yet. @throws ClusterError BadParameter for its name, AlreadyExists. */
export function insertUser(transaction: Transaction, user: UserV2): UserV2 {
  checkName(KIND, nameOf(user));
  if (transaction.get(KIND, nameOf(user)) !== undefined) {
    throw new ClusterError('AlreadyExists', `user "${nameOf(user)}" already registered`);
  }
  return storeUser(transaction, user);
}

/** Creates or replaces, without any other check than that of the name. */
export function storeUser(transaction: Transaction, user: UserV2): UserV2 {
  checkName(KIND, nameOf(user));
  return putStored(transaction, UserV2Schema, KIND, nameOf(user), user);
}

/** A user whose author is the caller and whose time of creation is now, unless it says so itself. */
export function withAuthor(state: ClusterState, caller: Caller, given: UserV2): UserV2 {
  const user = clone(UserV2Schema, given);
  const createdBy = user.spec?.createdBy ?? create(CreatedBySchema);
  if ((createdBy.user?.name ?? '') === '') createdBy.user = create(UserRefSchema, { name: authorOf(state, caller) });
  if (momentOf(createdBy.time) === undefined) createdBy.time = timestampFromDate(state.clock());
  if (user.spec !== undefined) user.spec.createdBy = createdBy;
  return user;
}

function checkedUser(given: UserV2): UserV2 {
  const user = withUserDefaults(given);
  refuseProblems(validateUser(user));
  return user;
}

function checkRolesExist(transaction: ReadTransaction, user: UserV2): void {
  for (const role of user.spec?.roles ?? []) {
    if (transaction.get('role', role) === undefined) throw roleNotFound(role);
  }
}

/** A user who has neither password nor second factor. */
export function withNewStatus(given: UserV2): UserV2 {
  const user = clone(UserV2Schema, given);
  user.status = create(UserStatusV2Schema, {
    passwordState: PasswordState.UNSET,
    mfaWeakestDevice: MFADeviceKind.MFA_DEVICE_KIND_UNSET,
  });
  return user;
}

/** What an update through the API never changes: who made the user, its secrets and its sign-in state. */
function withStoredParts(given: UserV2, stored: UserV2): UserV2 {
  const user = clone(UserV2Schema, given);
  if (stored.status !== undefined) user.status = stored.status;
  if (user.spec !== undefined && stored.spec !== undefined) {
    if (stored.spec.createdBy !== undefined) user.spec.createdBy = stored.spec.createdBy;
    if (stored.spec.localAuth !== undefined) user.spec.localAuth = stored.spec.localAuth;
  }
  return user;
}

function withoutSecrets(user: UserV2): UserV2 {
  if (user.spec !== undefined) user.spec.localAuth = undefined;
  return user;
}

function mentions(user: UserV2, keyword: string): boolean {
  const wanted = keyword.toLowerCase();
  const texts = [nameOf(user), ...(user.spec?.roles ?? []), ...Object.entries(user.metadata?.labels ?? {}).flat()];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function nameOf(user: UserV2): string {
  return user.metadata?.name ?? '';
}
