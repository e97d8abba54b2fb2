/**
 * A typed client for the administration of Teleport clusters: bots, join tokens and what belongs to them.
 *
 * @example
 * ```ts
 * import { connect, isErrorCode } from 'machine-identity-tools';
 *
 * const client = await connect({ authServer: 'proxy.example.com:443', identityFile: 'admin.pem' });
 * try {
 *   await client.bots.create({ name: 'ci', roles: ['access'] });
 * } catch (error) {
 *   if (!isErrorCode(error, 'already_exists')) throw error;
 * }
 * for await (const token of client.tokens.list()) console.log(token.metadata?.name);
 * await client.close();
 * ```
 * @packageDocumentation
 */
export {
  type CallOptions,
  type Client,
  type ConnectOptions,
  connect,
  isErrorCode,
  type Kind,
  type KindMessages,
  type NewBot,
  type Operation,
  type ReadOptions,
  RpcError,
  type RpcErrorCode,
  type SecondFactorPrompt,
  type ServerInfo,
} from './lib/client/index.js';
export {
  CredentialError,
  type CredentialErrorCode,
  type CredentialOptions,
  type Credentials,
  readAuthHost,
  readIdentityFile,
  readProfile,
  type TriedSource,
} from './lib/credentials/index.js';
export type { AccessList } from './lib/gen/teleport/accesslist/v1/accesslist_pb.js';
export type {
  AutoUpdateAgentRollout,
  AutoUpdateConfig,
  AutoUpdateVersion,
} from './lib/gen/teleport/autoupdate/v1/autoupdate_pb.js';
export type { BotInstance } from './lib/gen/teleport/machineid/v1/bot_instance_pb.js';
export type { Bot } from './lib/gen/teleport/machineid/v1/bot_pb.js';
export type { WorkloadIdentity } from './lib/gen/teleport/workloadidentity/v1/resource_pb.js';
export type { AuthPreferenceV2 } from './lib/gen/types/auth_preference_pb.js';
export type { CertAuthorityV2 } from './lib/gen/types/cert_authorities_pb.js';
export type { ClusterNetworkingConfigV2, SessionRecordingConfigV2 } from './lib/gen/types/cluster_config_pb.js';
export type { ClusterMaintenanceConfigV1 } from './lib/gen/types/cluster_maintenance_pb.js';
export type { GithubConnectorV3 } from './lib/gen/types/github_connectors_pb.js';
export type { InstallerV1 } from './lib/gen/types/installers_pb.js';
export type { LockV2 } from './lib/gen/types/locks_pb.js';
export type { Namespace } from './lib/gen/types/namespaces_pb.js';
export type { OIDCConnectorV3 } from './lib/gen/types/oidc_connectors_pb.js';
export type { RemoteClusterV3 } from './lib/gen/types/remote_clusters_pb.js';
export type { RoleV6 } from './lib/gen/types/roles_pb.js';
export type { SAMLConnectorV2 } from './lib/gen/types/saml_connectors_pb.js';
export type { SemaphoreV3 } from './lib/gen/types/semaphores_pb.js';
export type { ServerV2 } from './lib/gen/types/servers_pb.js';
export type { ProvisionTokenV2 } from './lib/gen/types/tokens_pb.js';
export type { TrustedClusterV2 } from './lib/gen/types/trusted_clusters_pb.js';
export type { UIConfigV1 } from './lib/gen/types/ui_config_pb.js';
export type { UserV2 } from './lib/gen/types/users_pb.js';
export { CERT_AUTHORITY_TYPES } from './lib/resources/index.js';
export { ConnectFailedError } from './lib/transport/index.js';
export { CodedError } from './lib/util/coded-error.js';
