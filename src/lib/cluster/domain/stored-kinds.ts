import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import type { KindDefinition } from '../../resources/index.js';
import {
  accessListKind,
  autoupdateConfigKind,
  autoupdateRolloutKind,
  autoupdateVersionKind,
  githubKind,
  installerKind,
  nodeKind,
  oidcKind,
  remoteClusterKind,
  samlKind,
  trustedClusterKind,
  uiConfigKind,
  workloadIdentityKind,
} from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { checkName } from './names.js';
import { listPage, type PageRequest } from './paging.js';
import { doesNotExist } from './refusals.js';
import { checkRevision } from './revisions.js';
import { decodeStored, getStored, putStored, type Storable } from './stored-message.js';
import { refuseProblems } from './validation.js';

/** A kind that the cluster keeps and gives back, and does nothing else with. */
export interface StoredKind<T extends Storable> {
  definition: KindDefinition<GenMessage<T>>;
  /** What a read says of one that is not there. */
  unread(name: string): string;
  /** What a removal says of one that is not there. */
  unfound(name: string): string;
}

/** The texts of a real server, which each part of it words in its own way. */
export const STORED = {
  node: stored(nodeKind, (name) => `key "/nodes/default/${name}" is not found`),
  trustedCluster: stored(
    trustedClusterKind,
    (name) => `trusted cluster "${name}" is not found`,
    (name) => `key "/trustedclusters/${name}" is not found`,
  ),
  remoteCluster: stored(
    remoteClusterKind,
    (name) => `remote cluster "${name}" is not found`,
    () => 'not found',
  ),
  github: stored(
    githubKind,
    (name) => `key "/web/connectors/github/connectors/${name}" is not found`,
    (name) => `github connector "${name}" is not configured`,
  ),
  oidc: stored(
    oidcKind,
    (name) => `key "/web/connectors/oidc/connectors/${name}" is not found`,
    (name) => `OpenID connector '${name}' is not configured`,
  ),
  saml: stored(
    samlKind,
    (name) => `key "/web/connectors/saml/connectors/${name}" is not found`,
    (name) => `SAML connector "${name}" is not configured`,
  ),
  installer: stored(installerKind, (name) => `key "/cluster_configuration/scripts/installer/${name}" is not found`),
  uiConfig: stored(uiConfigKind, () => 'key "/cluster_configuration/ui" is not found'),
  accessList: stored(accessListKind),
  workloadIdentity: stored(workloadIdentityKind),
  autoupdateConfig: stored(autoupdateConfigKind),
  autoupdateVersion: stored(autoupdateVersionKind),
  autoupdateRollout: stored(autoupdateRolloutKind),
};

function stored<T extends Storable>(
  definition: KindDefinition<GenMessage<T>>,
  unfound = (name: string) => `${definition.kind} "${name}" doesn't exist`,
  unread = (name: string) => doesNotExist(definition.kind, name).message,
): StoredKind<T> {
  return { definition, unread, unfound };
}

/** @throws ClusterError NotFound. */
export function getResource<T extends Storable>(
  { store }: ClusterState,
  { definition: { schema, kind }, unread }: StoredKind<T>,
  name: string,
): T {
  const found = store.read((transaction) => getStored(transaction, schema, kind, name));
  if (found === undefined) throw new ClusterError('NotFound', unread(name));
  return found;
}

/** All of a kind, by name. */
export function listResources<T extends Storable>(
  { store }: ClusterState,
  { definition: { schema, kind } }: StoredKind<T>,
): T[] {
  return store.read((transaction) => transaction.list(kind)).map((item) => decodeStored(schema, item));
}

export function listResourcePage<T extends Storable>(
  { store }: ClusterState,
  { definition: { schema, kind } }: StoredKind<T>,
  page: PageRequest,
): { resources: T[]; nextToken: string } {
  const { items, nextToken } = store.read((transaction) => listPage(transaction, kind, page));
  return { resources: items.map((item) => decodeStored(schema, item)), nextToken };
}

/** @throws ClusterError AlreadyExists, BadParameter. */
export async function createResource<T extends Storable>(
  { store }: ClusterState,
  { definition }: StoredKind<T>,
  given: T | undefined,
): Promise<T> {
  const { message, name } = prepared(definition, given);
  const { schema, kind } = definition;
  return store.write((transaction) => {
    if (transaction.get(kind, name) !== undefined) {
      throw new ClusterError('AlreadyExists', `${kind} "${name}" already exists`);
    }
    return putStored(transaction, schema, kind, name, message);
  });
}

/** Creates or replaces. @throws ClusterError BadParameter. */
export async function upsertResource<T extends Storable>(
  { store }: ClusterState,
  { definition }: StoredKind<T>,
  given: T | undefined,
): Promise<T> {
  const { message, name } = prepared(definition, given);
  return store.write((transaction) => putStored(transaction, definition.schema, definition.kind, name, message));
}

/** Replaces the one with the given one's revision. @throws ClusterError CompareFailed, BadParameter. */
export async function updateResource<T extends Storable>(
  { store }: ClusterState,
  { definition }: StoredKind<T>,
  given: T | undefined,
): Promise<T> {
  const { message, name } = prepared(definition, given);
  const { schema, kind } = definition;
  return store.write((transaction) => {
    checkRevision(transaction.get(kind, name)?.revision ?? '', message.metadata?.revision);
    return putStored(transaction, schema, kind, name, message);
  });
}

/** @throws ClusterError NotFound. */
export async function deleteResource<T extends Storable>(
  { store }: ClusterState,
  { definition: { kind }, unfound }: StoredKind<T>,
  name: string,
): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(kind, name)) throw new ClusterError('NotFound', unfound(name));
  });
}

function prepared<T extends Storable>(
  definition: KindDefinition<GenMessage<T>>,
  given: T | undefined,
): { message: T; name: string } {
  if (given === undefined) throw new ClusterError('BadParameter', `${definition.kind}: must be set`);
  const message = definition.withDefaults(given);
  refuseProblems(definition.validate(message));
  const name = definition.nameOf(message);
  checkName(definition.kind, name);
  return { message, name };
}
