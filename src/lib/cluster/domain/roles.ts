import type { RoleFilter } from '../../gen/types/roles_pb.js';
import { type RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { UserV2Schema } from '../../gen/types/users_pb.js';
import { validateRole, withRoleDefaults } from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction, Transaction } from '../storage/backend.js';
import { checkName } from './names.js';
import { listPage, type PageRequest } from './paging.js';
import { roleNotFound } from './refusals.js';
import { requireKnownRoleVersion } from './release-limits.js';
import { checkRevision } from './revisions.js';
import { decodeStored, getStored, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'role';

/** Page size of role listings when none is asked for, and the largest allowed one (wire §6.4). */
const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 16_000;

/** A server gives this label to roles that it rewrote for an old client; such a copy must not come back (wire §1.2). */
const DOWNGRADED_LABEL = 'teleport.internal/downgraded';

const RESOURCE_TYPE_LABEL = 'teleport.internal/resource-type';

/** @throws ClusterError NotFound. */
export function getRole({ store }: ClusterState, name: string): RoleV6 {
  const role = store.read((transaction) => findRole(transaction, name));
  if (role === undefined) throw roleNotFound(name);
  return role;
}

/** One page of roles by name; the filter may leave a page shorter than asked for. */
export function listRoles(
  { store }: ClusterState,
  page: PageRequest,
  filter: RoleFilter | undefined,
): { roles: RoleV6[]; nextToken: string } {
  if (page.size > LARGEST_PAGE_SIZE) {
    throw new ClusterError('BadParameter', `at most ${LARGEST_PAGE_SIZE} roles per page, asked for ${page.size}`);
  }
  const size = page.size === 0 ? DEFAULT_PAGE_SIZE : page.size;
  const { items, nextToken } = store.read((transaction) =>
    listPage(transaction, KIND, { size, token: page.token }, { maxSize: LARGEST_PAGE_SIZE }),
  );
  const roles = items.map((item) => decodeStored(RoleV6Schema, item)).filter((role) => matches(role, filter));
  return { roles, nextToken };
}

/** @throws ClusterError BadParameter, AlreadyExists. */
export async function createRole(state: ClusterState, given: RoleV6): Promise<RoleV6> {
  const role = checkedRole(state, given);
  return state.store.write((transaction) => insertRole(transaction, role));
}

/** Replaces the role whose revision is the given one's. @throws ClusterError NotFound, CompareFailed. */
export async function updateRole(state: ClusterState, given: RoleV6): Promise<RoleV6> {
  const role = checkedRole(state, given);
  return state.store.write((transaction) => {
    const stored = transaction.get(KIND, nameOf(role));
    if (stored === undefined) throw roleNotFound(nameOf(role));
    checkRevision(stored.revision, given.metadata?.revision);
    return storeRole(transaction, role);
  });
}

/** Creates or replaces. */
export async function upsertRole(state: ClusterState, given: RoleV6): Promise<RoleV6> {
  const role = checkedRole(state, given);
  return state.store.write((transaction) => storeRole(transaction, role));
}

/** @throws ClusterError NotFound; Unknown while a user holds the role (wire §5.6). */
export async function deleteRole({ store }: ClusterState, name: string): Promise<void> {
  await store.write((transaction) => {
    if (transaction.get(KIND, name) === undefined) {
      throw new ClusterError('NotFound', `role "${name}" is not found`);
    }
    const user = transaction
      .list('user')
      .map((item) => decodeStored(UserV2Schema, item))
      .find(({ spec }) => spec?.roles.includes(name));
    if (user !== undefined) {
      const holder = user.metadata?.name ?? '';
      throw new ClusterError('Unknown', `failed to delete a role that is still in use by a user: "${holder}"`);
    }
    transaction.delete(KIND, name);
  });
}

export function findRole(transaction: ReadTransaction, name: string): RoleV6 | undefined {
  return getStored(transaction, RoleV6Schema, KIND, name);
}

/** Stores a role that must not be there yet. @throws ClusterError BadParameter for its name, AlreadyExists. */
export function insertRole(transaction: Transaction, role: RoleV6): RoleV6 {
  checkName(KIND, nameOf(role));
  if (transaction.get(KIND, nameOf(role)) !== undefined) {
    throw new ClusterError('AlreadyExists', `role "${nameOf(role)}" already exists`);
  }
  return storeRole(transaction, role);
}

/** Creates or replaces, without any other check than that of the name. */
export function storeRole(transaction: Transaction, role: RoleV6): RoleV6 {
  checkName(KIND, nameOf(role));
  return putStored(transaction, RoleV6Schema, KIND, nameOf(role), role);
}

function checkedRole(state: ClusterState, given: RoleV6): RoleV6 {
  requireKnownRoleVersion(state, given);
  const role = withRoleDefaults(given);
  refuseProblems(validateRole(role));
  if (role.metadata?.labels[DOWNGRADED_LABEL] !== undefined) {
    throw new ClusterError('BadParameter', `metadata.labels: a role with label ${DOWNGRADED_LABEL} can only be read`);
  }
  return role;
}

function matches(role: RoleV6, filter: RoleFilter | undefined): boolean {
  if (filter === undefined) return true;
  if (filter.skipSystemRoles && role.metadata?.labels[RESOURCE_TYPE_LABEL] === 'system') return false;
  return filter.searchKeywords.every((keyword) => nameOf(role).toLowerCase().includes(keyword.toLowerCase()));
}

function nameOf(role: RoleV6): string {
  return role.metadata?.name ?? '';
}
