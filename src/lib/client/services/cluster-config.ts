import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

import { ClusterConfigService } from '../../gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
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

/** The cluster's own settings. */
export class ClusterConfigClient {
  readonly authPreference: Singleton<typeof AuthPreferenceV2Schema>;
  readonly networkingConfig: Singleton<typeof ClusterNetworkingConfigV2Schema>;
  readonly sessionRecordingConfig: Singleton<typeof SessionRecordingConfigV2Schema>;
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    const { method } = ClusterConfigService;
    this.#rpc = rpc;
    this.authPreference = {
      get: (options) => rpc.unary(method.getAuthPreference, {}, options),
      upsert: (authPreference, options) => rpc.unary(method.upsertAuthPreference, { authPreference }, options),
      reset: (options) => rpc.unary(method.resetAuthPreference, {}, options),
    };
    this.networkingConfig = {
      get: (options) => rpc.unary(method.getClusterNetworkingConfig, {}, options),
      upsert: (config, options) =>
        rpc.unary(method.upsertClusterNetworkingConfig, { clusterNetworkConfig: config }, options),
      reset: (options) => rpc.unary(method.resetClusterNetworkingConfig, {}, options),
    };
    this.sessionRecordingConfig = {
      get: (options) => rpc.unary(method.getSessionRecordingConfig, {}, options),
      upsert: (config, options) =>
        rpc.unary(method.upsertSessionRecordingConfig, { sessionRecordingConfig: config }, options),
      reset: (options) => rpc.unary(method.resetSessionRecordingConfig, {}, options),
    };
  }

  clusterName(options?: CallOptions): Promise<ClusterNameV2> {
    return this.#rpc.unary(ClusterConfigService.method.getClusterName, {}, options);
  }
}
