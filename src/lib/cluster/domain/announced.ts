import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type ListResourcesRequest,
  type ListResourcesResponse,
  ListResourcesResponseSchema,
  PaginatedResourceSchema,
} from '../../gen/proto/resources_pb.js';
import { parseHostPort } from '../../util/host-port.js';
import type { Caller } from '../auth/caller.js';
import { type LabelledKind, mayReach } from '../auth/label-access.js';
import { storedRoles } from '../certs/bot-account.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { MAX_PAGE_SIZE } from './paging.js';
import { parsePredicate } from './predicate.js';

interface Named {
  /** Unlike any other of its kind. */
  name: string;
  /** By which roles open it; default none, which only roles open that open everything. */
  labels?: Record<string, string>;
}

/**
 * What agents would announce to a cluster. This one has no agents: the names are given at its start, certificates are
 * issued for them, and nothing answers behind them.
 */
export interface Announced {
  /** Default none. `uri`: default `http://localhost:8080`; `publicAddr`: default the name as a host below the proxy's. */
  apps: readonly (Named & { uri?: string; publicAddr?: string })[];
  /** Default none. `protocol` such as `postgres`; `uri`: default `localhost:5432`. */
  databases: readonly (Named & { protocol: string; uri?: string })[];
  /** Default none. */
  kubeClusters: readonly Named[];
}

interface Entry {
  named: Named;
  toResource(state: ClusterState): MessageInitShape<typeof PaginatedResourceSchema>['resource'];
}

/** By the kind of their servers, as listings ask for them. Kinds without entries are known, but never announced here. */
const LISTED: Readonly<
  Record<string, { kind: LabelledKind; entries(announced: Announced): readonly Entry[] } | 'none'>
> = {
  app_server: { kind: 'app', entries: ({ apps }) => apps.map((app) => ({ named: app, toResource: appServer(app) })) },
  db_server: {
    kind: 'db',
    entries: ({ databases }) => databases.map((db) => ({ named: db, toResource: databaseServer(db) })),
  },
  kube_server: {
    kind: 'kube_cluster',
    entries: ({ kubeClusters }) => kubeClusters.map((kube) => ({ named: kube, toResource: kubernetesServer(kube) })),
  },
  node: 'none',
  windows_desktop: 'none',
  windows_desktop_service: 'none',
  db_service: 'none',
  user_group: 'none',
};

/** One page of what the caller's roles open, in the order of names. @throws ClusterError BadParameter */
export function listAnnounced(
  state: ClusterState,
  caller: Caller,
  request: ListResourcesRequest,
): ListResourcesResponse {
  const { resourceType, predicateExpression, labels, searchKeywords, limit, startKey } = request;
  const listed = Object.hasOwn(LISTED, resourceType) ? LISTED[resourceType] : undefined;
  if (listed === undefined)
    throw new ClusterError('BadParameter', `resource_type: ${JSON.stringify(resourceType)} is not listed here`);
  const fits = parsePredicate(predicateExpression);
  if (listed === 'none') return create(ListResourcesResponseSchema);
  const isOpen = openTo(state, caller, listed.kind);
  const found = listed
    .entries(state.announced)
    .filter(({ named }) => {
      const subject = { name: named.name, labels: named.labels ?? {} };
      return (
        isOpen(subject.labels) && fits(subject) && hasLabels(subject.labels, labels) && hasAll(subject, searchKeywords)
      );
    })
    .sort((a, b) => (a.named.name < b.named.name ? -1 : 1));
  const rest = found.filter(({ named }) => startKey === '' || named.name >= startKey);
  const size = limit > 0 ? Math.min(limit, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  return create(ListResourcesResponseSchema, {
    resources: rest
      .slice(0, size)
      .map(({ toResource }) => create(PaginatedResourceSchema, { resource: toResource(state) })),
    nextKey: rest[size]?.named.name ?? '',
    totalCount: request.needTotalCount ? found.length : 0,
  });
}

/** Tells by its labels whether the caller's roles open a resource. */
export function openTo(
  state: ClusterState,
  caller: Caller,
  kind: LabelledKind,
): (labels: Record<string, string>) => boolean {
  if (caller.kind !== 'user') return () => caller.kind === 'builtin';
  const roles = state.store.read((transaction) => storedRoles(transaction, caller.roles));
  return (labels) => mayReach(roles, caller.traits, kind, labels);
}

function hasLabels(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

function hasAll({ name, labels }: Required<Named>, keywords: readonly string[]): boolean {
  const texts = [name, ...Object.entries(labels).flat()].map((text) => text.toLowerCase());
  return keywords.every((keyword) => texts.some((text) => text.includes(keyword.toLowerCase())));
}

function metadata({ name, labels = {} }: Named) {
  return { name, namespace: 'default', labels };
}

function serverSpec({ hostId, serverVersion }: ClusterState) {
  return { version: serverVersion, hostname: 'localhost', hostId };
}

function appServer(app: Announced['apps'][number]): Entry['toResource'] {
  return (state) => {
    const host = parseHostPort(state.addresses.proxy)?.host ?? 'localhost';
    const { uri = 'http://localhost:8080', publicAddr = `${app.name}.${host}` } = app;
    const value = { kind: 'app', version: 'v3', metadata: metadata(app), spec: { uri, publicAddr } };
    const spec = { ...serverSpec(state), app: value };
    return { case: 'appServer', value: server('app_server', app, spec) };
  };
}

function databaseServer(database: Announced['databases'][number]): Entry['toResource'] {
  return (state) => {
    const { protocol, uri = 'localhost:5432' } = database;
    const value = { kind: 'db', version: 'v3', metadata: metadata(database), spec: { protocol, uri } };
    const spec = { ...serverSpec(state), database: value };
    return { case: 'databaseServer', value: server('db_server', database, spec) };
  };
}

function kubernetesServer(cluster: Named): Entry['toResource'] {
  return (state) => {
    const value = { kind: 'kube_cluster', version: 'v3', metadata: metadata(cluster), spec: {} };
    const spec = { ...serverSpec(state), cluster: value };
    return { case: 'kubernetesServer', value: server('kube_server', cluster, spec) };
  };
}

function server<Spec>(kind: string, named: Named, spec: Spec) {
  return { kind, version: 'v3', metadata: { name: named.name, namespace: 'default' }, spec };
}
