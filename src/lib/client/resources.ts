import type { AccessList } from '../gen/teleport/accesslist/v1/accesslist_pb.js';
import type {
  AutoUpdateAgentRollout,
  AutoUpdateConfig,
  AutoUpdateVersion,
} from '../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import type { BotInstance } from '../gen/teleport/machineid/v1/bot_instance_pb.js';
import type { Bot } from '../gen/teleport/machineid/v1/bot_pb.js';
import type { WorkloadIdentity } from '../gen/teleport/workloadidentity/v1/resource_pb.js';
import type { AuthPreferenceV2 } from '../gen/types/auth_preference_pb.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import type { ClusterNetworkingConfigV2, SessionRecordingConfigV2 } from '../gen/types/cluster_config_pb.js';
import type { ClusterMaintenanceConfigV1 } from '../gen/types/cluster_maintenance_pb.js';
import type { GithubConnectorV3 } from '../gen/types/github_connectors_pb.js';
import type { InstallerV1 } from '../gen/types/installers_pb.js';
import type { LockV2 } from '../gen/types/locks_pb.js';
import type { Namespace } from '../gen/types/namespaces_pb.js';
import type { OIDCConnectorV3 } from '../gen/types/oidc_connectors_pb.js';
import type { RemoteClusterV3 } from '../gen/types/remote_clusters_pb.js';
import type { RoleV6 } from '../gen/types/roles_pb.js';
import type { SAMLConnectorV2 } from '../gen/types/saml_connectors_pb.js';
import type { SemaphoreV3 } from '../gen/types/semaphores_pb.js';
import type { ServerV2 } from '../gen/types/servers_pb.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import type { TrustedClusterV2 } from '../gen/types/trusted_clusters_pb.js';
import type { UIConfigV1 } from '../gen/types/ui_config_pb.js';
import type { UserV2 } from '../gen/types/users_pb.js';
import { CERT_AUTHORITY_TYPES } from '../resources/index.js';
import { CodedError, isErrorCode } from '../util/coded-error.js';
import type { Client } from './client.js';
import { furtherKinds } from './kinds/index.js';
import type { KindOperations, Operation, ReadOptions } from './kinds/operations.js';
import type { CallOptions } from './rpc.js';
import { splitName } from './split-name.js';

/** The message that stands for a resource of each kind. */
export interface KindMessages {
  bot: Bot;
  bot_instance: BotInstance;
  token: ProvisionTokenV2;
  user: UserV2;
  role: RoleV6;
  lock: LockV2;
  cert_authority: CertAuthorityV2;
  cluster_auth_preference: AuthPreferenceV2;
  cluster_networking_config: ClusterNetworkingConfigV2;
  session_recording_config: SessionRecordingConfigV2;
  node: ServerV2;
  proxy: ServerV2;
  auth_server: ServerV2;
  trusted_cluster: TrustedClusterV2;
  remote_cluster: RemoteClusterV3;
  github: GithubConnectorV3;
  oidc: OIDCConnectorV3;
  saml: SAMLConnectorV2;
  /** The three kinds of connectors together. */
  connectors: OIDCConnectorV3 | SAMLConnectorV2 | GithubConnectorV3;
  semaphore: SemaphoreV3;
  namespace: Namespace;
  installer: InstallerV1;
  access_list: AccessList;
  workload_identity: WorkloadIdentity;
  cluster_maintenance_config: ClusterMaintenanceConfigV1;
  ui_config: UIConfigV1;
  autoupdate_config: AutoUpdateConfig;
  autoupdate_version: AutoUpdateVersion;
  autoupdate_agent_rollout: AutoUpdateAgentRollout;
}

/** The canonical name of a kind of resource. */
export type Kind = keyof KindMessages;

/** Resources of any kind through one set of calls: what generic commands such as get, create and rm need. */
export class ResourcesClient {
  readonly #operations: { [K in Kind]: KindOperations<KindMessages[K]> };

  constructor(client: Client) {
    this.#operations = {
      bot: bots(client),
      bot_instance: botInstances(client),
      token: withoutAnswers<ProvisionTokenV2>(client.tokens),
      user: client.users,
      role: client.roles,
      lock: withoutAnswers<LockV2>(client.locks),
      cert_authority: certAuthorities(client),
      cluster_auth_preference: singleton<AuthPreferenceV2>(client.clusterConfig.authPreference),
      cluster_networking_config: singleton<ClusterNetworkingConfigV2>(client.clusterConfig.networkingConfig),
      session_recording_config: singleton<SessionRecordingConfigV2>(client.clusterConfig.sessionRecordingConfig),
      ...furtherKinds(client),
    };
  }

  /** Whether the cluster offers this for the kind. A singleton's `delete` puts its defaults back. */
  supports(kind: Kind, operation: Operation): boolean {
    return this.#operations[kind]?.[operation] !== undefined;
  }

  /** @throws RpcError `not_found` */
  get<K extends Kind>(kind: K, name: string, options: ReadOptions = {}): Promise<KindMessages[K]> {
    return this.#of(kind, 'get').get(name, options);
  }

  /** All resources of a kind. A singleton is a list of one. */
  list<K extends Kind>(kind: K, options: ReadOptions = {}): AsyncIterable<KindMessages[K]> {
    return this.#of(kind, 'list').list(options);
  }

  /** Gives the resource as the server has it, where it answers with it. @throws RpcError `already_exists` */
  async create<K extends Kind>(
    kind: K,
    message: KindMessages[K],
    options: CallOptions = {},
  ): Promise<KindMessages[K] | undefined> {
    return this.#of(kind, 'create').create?.(message, options);
  }

  /** Creates or replaces. Gives the resource as the server has it, where it answers with it. */
  async upsert<K extends Kind>(
    kind: K,
    message: KindMessages[K],
    options: CallOptions = {},
  ): Promise<KindMessages[K] | undefined> {
    return this.#of(kind, 'upsert').upsert?.(message, options);
  }

  /**
   * Replaces the resource that has the message's revision. Gives it as the server has it, where it answers with it.
   * @throws RpcError `compare_failed`
   */
  async update<K extends Kind>(
    kind: K,
    message: KindMessages[K],
    options: CallOptions = {},
  ): Promise<KindMessages[K] | undefined> {
    return this.#of(kind, 'update').update?.(message, options);
  }

  /** @throws RpcError `not_found` */
  async delete(kind: Kind, name: string, options: CallOptions = {}): Promise<void> {
    await this.#of(kind, 'delete').delete?.(name, options);
  }

  #of<K extends Kind>(kind: K, operation: Operation): KindOperations<KindMessages[K]> {
    if (!this.supports(kind, operation))
      throw new CodedError('not_supported', `resources of kind ${JSON.stringify(kind)} do not support ${operation}`);
    return this.#operations[kind];
  }
}

/** Adapts a service whose writes are answered with nothing. */
function withoutAnswers<M>(service: {
  get(name: string, options: CallOptions): Promise<M>;
  list(options: CallOptions): AsyncIterable<M>;
  create?(message: M, options: CallOptions): Promise<void>;
  upsert(message: M, options: CallOptions): Promise<void>;
  delete(name: string, options: CallOptions): Promise<void>;
}): KindOperations<M> {
  return {
    get: (name, options) => service.get(name, options),
    list: (options) => service.list(options),
    ...(service.create === undefined
      ? {}
      : {
          create: async (message: M, options: CallOptions) =>
            void (await service.create?.(message, options)) as undefined,
        }),
    upsert: async (message, options) => void (await service.upsert(message, options)) as undefined,
    delete: (name, options) => service.delete(name, options),
  };
}

function singleton<M>(service: {
  get(options: CallOptions): Promise<M>;
  upsert(message: M, options: CallOptions): Promise<M>;
  reset(options: CallOptions): Promise<M>;
}): KindOperations<M> {
  return {
    get: (_name, options) => service.get(options),
    async *list(options) {
      yield await service.get(options);
    },
    upsert: (message, options) => service.upsert(message, options),
    delete: async (_name, options) => void (await service.reset(options)),
  };
}

/** Without `update`: bots have no revision. */
function bots({ bots: service }: Client): KindOperations<Bot> {
  return {
    get: (name, options) => service.get(name, options),
    list: (options) => service.list(options),
    create: (bot, options) => service.create(bot, options),
    upsert: (bot, options) => service.upsert(bot, options),
    delete: (name, options) => service.delete(name, options),
  };
}

function botInstances({ botInstances: service }: Client): KindOperations<BotInstance> {
  return {
    get: (name, options) => service.get(...splitName(name, 'bot_instance', 'bot/id'), options),
    list: ({ owner = '', ...options }) => service.list({ ...options, bot: owner }),
    delete: (name, options) => service.delete(...splitName(name, 'bot_instance', 'bot/id'), options),
  };
}

function certAuthorities({ certAuthorities: service }: Client): KindOperations<CertAuthorityV2> {
  return {
    get: (name, { withSecrets = false, ...options }) =>
      service.get(...splitName(name, 'cert_authority', 'type/cluster'), { ...options, includeKeys: withSecrets }),
    list: ({ withSecrets = false, ...options }) => listAllTypes(service, { ...options, includeKeys: withSecrets }),
    upsert: (message, options) => service.upsert(message, options),
    delete: (name, options) => service.delete(...splitName(name, 'cert_authority', 'type/cluster'), options),
  };
}

/** All types are asked for at once; a type that the server does not know is passed over, as the real tool does (wire §8). */
async function* listAllTypes(
  service: Client['certAuthorities'],
  options: CallOptions & { includeKeys: boolean },
): AsyncGenerator<CertAuthorityV2> {
  const answers = await Promise.all(CERT_AUTHORITY_TYPES.map((type) => collectKnown(service.list(type, options))));
  for (const authorities of answers) yield* authorities;
}

async function collectKnown(authorities: AsyncIterable<CertAuthorityV2>): Promise<CertAuthorityV2[]> {
  const known: CertAuthorityV2[] = [];
  try {
    for await (const authority of authorities) known.push(authority);
    return known;
  } catch (error) {
    if (isErrorCode(error, 'bad_parameter')) return [];
    throw error;
  }
}
