import { create } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import { type AuthPreferenceV2, AuthPreferenceV2Schema, SecondFactorType } from '../../gen/types/auth_preference_pb.js';
import {
  type ClusterNameV2,
  ClusterNameV2Schema,
  type ClusterNetworkingConfigV2,
  ClusterNetworkingConfigV2Schema,
  ProxyListenerMode,
  type SessionRecordingConfigV2,
  SessionRecordingConfigV2Schema,
} from '../../gen/types/cluster_config_pb.js';
import type { Metadata } from '../../gen/types/metadata_pb.js';
import { SignatureAlgorithmSuite } from '../../gen/types/signature_algorithm_suite_pb.js';
import { type FieldProblem, ORIGIN_LABEL } from '../../resources/index.js';
import {
  networkingConfigKind,
  validateAuthPreference,
  validateRecordingConfig,
  withAuthPreferenceDefaults,
  withNetworkingConfigDefaults,
  withRecordingConfigDefaults,
} from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { checkRevision } from './revisions.js';
import { decodeStored, getStored, putStored, type Storable } from './stored-message.js';
import { refuseProblems } from './validation.js';

/** A setting of which a cluster has exactly one. */
export interface Singleton<T extends Storable & { metadata?: Metadata }> {
  kind: string;
  name: string;
  schema: GenMessage<T>;
  /** What a new cluster has, and what a reset brings back. */
  initial(): T;
  withDefaults(message: T): T;
  validate(message: T): readonly FieldProblem[];
}

export const AUTH_PREFERENCE: Singleton<AuthPreferenceV2> = {
  kind: 'cluster_auth_preference',
  name: 'cluster-auth-preference',
  schema: AuthPreferenceV2Schema,
  initial: () =>
    create(AuthPreferenceV2Schema, {
      spec: {
        secondFactors: [SecondFactorType.OTP],
        allowPasswordless: { value: false },
        allowHeadless: { value: false },
        signatureAlgorithmSuite: SignatureAlgorithmSuite.BALANCED_V1,
      },
    }),
  withDefaults: withAuthPreferenceDefaults,
  validate: validateAuthPreference,
};

export const NETWORKING_CONFIG: Singleton<ClusterNetworkingConfigV2> = {
  kind: 'cluster_networking_config',
  name: 'cluster-networking-config',
  schema: ClusterNetworkingConfigV2Schema,
  // The proxy answers everything on one port.
  initial: () => create(ClusterNetworkingConfigV2Schema, { spec: { proxyListenerMode: ProxyListenerMode.Multiplex } }),
  withDefaults: withNetworkingConfigDefaults,
  validate: networkingConfigKind.validate,
};

export const RECORDING_CONFIG: Singleton<SessionRecordingConfigV2> = {
  kind: 'session_recording_config',
  name: 'session-recording-config',
  schema: SessionRecordingConfigV2Schema,
  initial: () => create(SessionRecordingConfigV2Schema, { spec: {} }),
  withDefaults: withRecordingConfigDefaults,
  validate: validateRecordingConfig,
};

/** @throws ClusterError NotFound before the first start has finished. */
export function getSingleton<T extends Storable & { metadata?: Metadata }>(
  { store }: ClusterState,
  singleton: Singleton<T>,
): T {
  const { schema, kind, name } = singleton;
  const found = store.read((transaction) => getStored(transaction, schema, kind, name));
  if (found === undefined) throw new ClusterError('NotFound', `${kind.replaceAll('_', ' ')} not found`);
  return found;
}

/** Stores the initial setting unless the cluster has one. */
export async function ensureSingleton<T extends Storable & { metadata?: Metadata }>(
  { store }: ClusterState,
  singleton: Singleton<T>,
): Promise<void> {
  const initial = prepared(singleton, singleton.initial(), 'defaults');
  await store.write((transaction) => {
    const { schema, kind, name } = singleton;
    if (transaction.get(kind, name) === undefined) putStored(transaction, schema, kind, name, initial);
  });
}

/** Replaces the setting whatever it was. */
export async function upsertSingleton<T extends Storable & { metadata?: Metadata }>(
  { store }: ClusterState,
  singleton: Singleton<T>,
  given: T,
): Promise<T> {
  const message = prepared(singleton, given, 'dynamic');
  const { schema, kind, name } = singleton;
  return store.write((transaction) => putStored(transaction, schema, kind, name, message));
}

/** Replaces the setting whose revision is the given one's. @throws ClusterError CompareFailed. */
export async function updateSingleton<T extends Storable & { metadata?: Metadata }>(
  { store }: ClusterState,
  singleton: Singleton<T>,
  given: T,
): Promise<T> {
  const message = prepared(singleton, given, 'dynamic');
  const { schema, kind, name } = singleton;
  return store.write((transaction) => {
    checkRevision(transaction.get(kind, name)?.revision ?? '', given.metadata?.revision);
    return putStored(transaction, schema, kind, name, message);
  });
}

/** Brings the initial setting back. */
export async function resetSingleton<T extends Storable & { metadata?: Metadata }>(
  { store }: ClusterState,
  singleton: Singleton<T>,
): Promise<T> {
  const { schema, kind, name } = singleton;
  const initial = prepared(singleton, singleton.initial(), 'defaults');
  return store.write((transaction) => putStored(transaction, schema, kind, name, initial));
}

export function getClusterName({ store, clusterName }: ClusterState): ClusterNameV2 {
  const [item] = store.read((transaction) => transaction.list('cluster_name', { limit: 1 }));
  if (item === undefined) throw new ClusterError('NotFound', `cluster name of "${clusterName}" not found`);
  return decodeStored(ClusterNameV2Schema, item);
}

/** Stores the cluster's name with a new cluster UUID, once; later starts keep it. */
export async function ensureClusterName({ store, clusterName }: ClusterState, newId: () => string): Promise<void> {
  await store.write((transaction) => {
    if (transaction.get('cluster_name', 'cluster-name') !== undefined) return;
    const message = create(ClusterNameV2Schema, {
      kind: 'cluster_name',
      version: 'v2',
      metadata: { name: 'cluster-name', namespace: 'default' },
      spec: { clusterName, clusterId: newId() },
    });
    putStored(transaction, ClusterNameV2Schema, 'cluster_name', 'cluster-name', message);
  });
}

/** With `origin` as the place that the setting comes from: `defaults` until somebody writes it, then `dynamic` (join §7). */
function prepared<T extends Storable & { metadata?: Metadata }>(singleton: Singleton<T>, given: T, origin: string): T {
  const message = singleton.withDefaults(given);
  refuseProblems(singleton.validate(message));
  if (message.metadata !== undefined) {
    message.metadata.name = singleton.name;
    message.metadata.labels[ORIGIN_LABEL] = origin;
  }
  return message;
}

/** How long certificates of users last where nobody asks for a time; milliseconds (join §3.4). */
export function defaultSessionMs(state: ClusterState): number {
  const { spec } = getSingleton(state, AUTH_PREFERENCE);
  return Number((spec?.defaultSessionTtl ?? 0n) / 1_000_000n) || 12 * 3_600_000;
}
