import { clone, create } from '@bufbuild/protobuf';
import {
  ClusterNetworkingConfigSpecV2Schema,
  type ClusterNetworkingConfigV2,
  ClusterNetworkingConfigV2Schema,
  SessionRecordingConfigSpecV2Schema,
  type SessionRecordingConfigV2,
  SessionRecordingConfigV2Schema,
  TunnelStrategyV1Schema,
} from '../../gen/types/cluster_config_pb.js';
import { BoolValueSchema, type Metadata, MetadataSchema } from '../../gen/types/metadata_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { ORIGIN_LABEL, validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';

const FIVE_MINUTES = 300_000_000_000n;
const RECORDING_MODES = ['node', 'proxy', 'off', 'node-sync', 'proxy-sync'];

export const networkingConfigKind = defineLegacyKind('cluster_networking_config', {
  schema: ClusterNetworkingConfigV2Schema,
  withDefaults: withNetworkingConfigDefaults,
  validate: (config) => validateMetadata(config.metadata),
});

export const recordingConfigKind = defineLegacyKind('session_recording_config', {
  schema: SessionRecordingConfigV2Schema,
  withDefaults: withRecordingConfigDefaults,
  validate: validateRecordingConfig,
});

/** A copy with the defaults of the cluster's networking (wire §5.4). */
export function withNetworkingConfigDefaults(config: ClusterNetworkingConfigV2): ClusterNetworkingConfigV2 {
  const copy = clone(ClusterNetworkingConfigV2Schema, config);
  copy.kind = 'cluster_networking_config';
  copy.version = 'v2';
  copy.metadata = singletonMetadata(copy.metadata, 'cluster-networking-config');
  copy.spec ??= create(ClusterNetworkingConfigSpecV2Schema);
  copy.spec.keepAliveInterval ||= FIVE_MINUTES;
  copy.spec.keepAliveCountMax ||= 3n;
  copy.spec.tunnelStrategy ??= create(TunnelStrategyV1Schema, { strategy: { case: 'agentMesh', value: {} } });
  return copy;
}

/** A copy with the defaults of session recording: recorded on the node, host keys checked. */
export function withRecordingConfigDefaults(config: SessionRecordingConfigV2): SessionRecordingConfigV2 {
  const copy = clone(SessionRecordingConfigV2Schema, config);
  copy.kind = 'session_recording_config';
  copy.version = 'v2';
  copy.metadata = singletonMetadata(copy.metadata, 'session-recording-config');
  copy.spec ??= create(SessionRecordingConfigSpecV2Schema);
  copy.spec.mode ||= 'node';
  copy.spec.proxyChecksHostKeys ??= create(BoolValueSchema, { value: true });
  return copy;
}

export function validateRecordingConfig(config: SessionRecordingConfigV2): FieldProblem[] {
  const { metadata, spec } = withRecordingConfigDefaults(config);
  const problems = validateMetadata(metadata);
  const mode = spec?.mode ?? '';
  return RECORDING_MODES.includes(mode) ? problems : [...problems, notOneOf(['spec', 'mode'], mode, RECORDING_MODES)];
}

/** There is one resource of such a kind, so its name is fixed; its origin is "dynamic" unless something else made it. */
export function singletonMetadata(metadata: Metadata | undefined, name: string): Metadata {
  const copy = metadata ?? create(MetadataSchema);
  copy.name = name;
  copy.namespace ||= 'default';
  copy.labels[ORIGIN_LABEL] ||= 'dynamic';
  return copy;
}
