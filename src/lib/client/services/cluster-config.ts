import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

import type { AuthPreferenceV2Schema } from '../../gen/types/auth_preference_pb.js';
import type {
  ClusterNameV2,
  ClusterNetworkingConfigV2Schema,
  SessionRecordingConfigV2Schema,
} from '../../gen/types/cluster_config_pb.js';
import type { CallOptions, Rpc } from '../rpc.js';

/** A resource of which each cluster has exactly one. */
export interface Singleton<S extends DescMessage> {
  get(options?: CallOptions): Promise<MessageShape<S>>;
  /** Replaces it. */
  upsert(config: MessageInitShape<S>, options?: CallOptions): Promise<MessageShape<S>>;
  /** Puts the defaults back. */
  reset(options?: CallOptions): Promise<MessageShape<S>>;
}

/** Loaded with the first call: each service's messages take time. */
async function calls() {
  return (await import('../../gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js')).ClusterConfigService.method;
}

/** The cluster's own settings. */
export class ClusterConfigClient {
  readonly authPreference: Singleton<typeof AuthPreferenceV2Schema>;
  readonly networkingConfig: Singleton<typeof ClusterNetworkingConfigV2Schema>;
  readonly sessionRecordingConfig: Singleton<typeof SessionRecordingConfigV2Schema>;
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
    this.authPreference = {
      get: async (options) => rpc.unary((await calls()).getAuthPreference, {}, options),
      upsert: async (authPreference, options) =>
        rpc.unary((await calls()).upsertAuthPreference, { authPreference }, options),
      reset: async (options) => rpc.unary((await calls()).resetAuthPreference, {}, options),
    };
    this.networkingConfig = {
      get: async (options) => rpc.unary((await calls()).getClusterNetworkingConfig, {}, options),
      upsert: async (config, options) =>
        rpc.unary((await calls()).upsertClusterNetworkingConfig, { clusterNetworkConfig: config }, options),
      reset: async (options) => rpc.unary((await calls()).resetClusterNetworkingConfig, {}, options),
    };
    this.sessionRecordingConfig = {
      get: async (options) => rpc.unary((await calls()).getSessionRecordingConfig, {}, options),
      upsert: async (config, options) =>
        rpc.unary((await calls()).upsertSessionRecordingConfig, { sessionRecordingConfig: config }, options),
      reset: async (options) => rpc.unary((await calls()).resetSessionRecordingConfig, {}, options),
    };
  }

  async clusterName(options?: CallOptions): Promise<ClusterNameV2> {
    return this.#rpc.unary((await calls()).getClusterName, {}, options);
  }
}
