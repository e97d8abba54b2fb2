import type { DescService } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService as LegacyJoinService } from '../../src/lib/gen/proto/join_service_pb.js';
import { AccessListService } from '../../src/lib/gen/teleport/accesslist/v1/accesslist_service_pb.js';
import { AutoUpdateService } from '../../src/lib/gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import { ClusterConfigService } from '../../src/lib/gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { JoinService } from '../../src/lib/gen/teleport/join/v1/join_service_pb.js';
import { BotInstanceService } from '../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotService } from '../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import { PresenceService } from '../../src/lib/gen/teleport/presence/v1/presence_service_pb.js';
import { TrustService } from '../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../src/lib/gen/teleport/users/v1/users_service_pb.js';
import { WorkloadIdentityResourceService } from '../../src/lib/gen/teleport/workloadidentity/v1/resource_service_pb.js';

const EMPTY = 'google.protobuf.Empty';

/** Calls per service, as a peer names them: method, request, response. Written by hand from wire §3. */
const EXPECTED: [DescService, string, string[]][] = [
  [
    AccessListService,
    'teleport.accesslist.v1.AccessListService',
    [
      `DeleteAccessList teleport.accesslist.v1.DeleteAccessListRequest ${EMPTY}`,
      'GetAccessList teleport.accesslist.v1.GetAccessListRequest teleport.accesslist.v1.AccessList',
      'GetAccessLists teleport.accesslist.v1.GetAccessListsRequest teleport.accesslist.v1.GetAccessListsResponse',
      'ListAccessLists teleport.accesslist.v1.ListAccessListsRequest teleport.accesslist.v1.ListAccessListsResponse',
      'UpsertAccessList teleport.accesslist.v1.UpsertAccessListRequest teleport.accesslist.v1.AccessList',
    ],
  ],
  [
    AutoUpdateService,
    'teleport.autoupdate.v1.AutoUpdateService',
    [
      'CreateAutoUpdateAgentRollout teleport.autoupdate.v1.CreateAutoUpdateAgentRolloutRequest teleport.autoupdate.v1.AutoUpdateAgentRollout',
      'CreateAutoUpdateConfig teleport.autoupdate.v1.CreateAutoUpdateConfigRequest teleport.autoupdate.v1.AutoUpdateConfig',
      'CreateAutoUpdateVersion teleport.autoupdate.v1.CreateAutoUpdateVersionRequest teleport.autoupdate.v1.AutoUpdateVersion',
      `DeleteAutoUpdateAgentRollout teleport.autoupdate.v1.DeleteAutoUpdateAgentRolloutRequest ${EMPTY}`,
      `DeleteAutoUpdateConfig teleport.autoupdate.v1.DeleteAutoUpdateConfigRequest ${EMPTY}`,
      `DeleteAutoUpdateVersion teleport.autoupdate.v1.DeleteAutoUpdateVersionRequest ${EMPTY}`,
      'GetAutoUpdateAgentRollout teleport.autoupdate.v1.GetAutoUpdateAgentRolloutRequest teleport.autoupdate.v1.AutoUpdateAgentRollout',
      'GetAutoUpdateConfig teleport.autoupdate.v1.GetAutoUpdateConfigRequest teleport.autoupdate.v1.AutoUpdateConfig',
      'GetAutoUpdateVersion teleport.autoupdate.v1.GetAutoUpdateVersionRequest teleport.autoupdate.v1.AutoUpdateVersion',
      'UpdateAutoUpdateAgentRollout teleport.autoupdate.v1.UpdateAutoUpdateAgentRolloutRequest teleport.autoupdate.v1.AutoUpdateAgentRollout',
      'UpdateAutoUpdateConfig teleport.autoupdate.v1.UpdateAutoUpdateConfigRequest teleport.autoupdate.v1.AutoUpdateConfig',
      'UpdateAutoUpdateVersion teleport.autoupdate.v1.UpdateAutoUpdateVersionRequest teleport.autoupdate.v1.AutoUpdateVersion',
      'UpsertAutoUpdateAgentRollout teleport.autoupdate.v1.UpsertAutoUpdateAgentRolloutRequest teleport.autoupdate.v1.AutoUpdateAgentRollout',
      'UpsertAutoUpdateConfig teleport.autoupdate.v1.UpsertAutoUpdateConfigRequest teleport.autoupdate.v1.AutoUpdateConfig',
      'UpsertAutoUpdateVersion teleport.autoupdate.v1.UpsertAutoUpdateVersionRequest teleport.autoupdate.v1.AutoUpdateVersion',
    ],
  ],
  [
    WorkloadIdentityResourceService,
    'teleport.workloadidentity.v1.WorkloadIdentityResourceService',
    [
      'CreateWorkloadIdentity teleport.workloadidentity.v1.CreateWorkloadIdentityRequest teleport.workloadidentity.v1.WorkloadIdentity',
      `DeleteWorkloadIdentity teleport.workloadidentity.v1.DeleteWorkloadIdentityRequest ${EMPTY}`,
      'GetWorkloadIdentity teleport.workloadidentity.v1.GetWorkloadIdentityRequest teleport.workloadidentity.v1.WorkloadIdentity',
      'ListWorkloadIdentities teleport.workloadidentity.v1.ListWorkloadIdentitiesRequest teleport.workloadidentity.v1.ListWorkloadIdentitiesResponse',
      'UpdateWorkloadIdentity teleport.workloadidentity.v1.UpdateWorkloadIdentityRequest teleport.workloadidentity.v1.WorkloadIdentity',
      'UpsertWorkloadIdentity teleport.workloadidentity.v1.UpsertWorkloadIdentityRequest teleport.workloadidentity.v1.WorkloadIdentity',
    ],
  ],
  [
    AuthService,
    'proto.AuthService',
    [
      'ChangeUserAuthentication proto.ChangeUserAuthenticationRequest proto.ChangeUserAuthenticationResponse',
      'CreateAuthenticateChallenge proto.CreateAuthenticateChallengeRequest proto.MFAAuthenticateChallenge',
      'CreateGithubConnector proto.CreateGithubConnectorRequest types.GithubConnectorV3',
      'CreateRegisterChallenge proto.CreateRegisterChallengeRequest proto.MFARegisterChallenge',
      'CreateResetPasswordToken proto.CreateResetPasswordTokenRequest types.UserTokenV3',
      'CreateRole proto.CreateRoleRequest types.RoleV6',
      `CreateTokenV2 proto.CreateTokenV2Request ${EMPTY}`,
      `DeleteClusterMaintenanceConfig ${EMPTY} ${EMPTY}`,
      `DeleteGithubConnector types.ResourceRequest ${EMPTY}`,
      `DeleteInstaller types.ResourceRequest ${EMPTY}`,
      `DeleteLock proto.DeleteLockRequest ${EMPTY}`,
      `DeleteNode types.ResourceInNamespaceRequest ${EMPTY}`,
      `DeleteOIDCConnector types.ResourceRequest ${EMPTY}`,
      `DeleteRole proto.DeleteRoleRequest ${EMPTY}`,
      `DeleteSAMLConnector types.ResourceRequest ${EMPTY}`,
      `DeleteSemaphore types.SemaphoreFilter ${EMPTY}`,
      `DeleteToken types.ResourceRequest ${EMPTY}`,
      `DeleteTrustedCluster types.ResourceRequest ${EMPTY}`,
      `DeleteUIConfig ${EMPTY} ${EMPTY}`,
      'GenerateUserCerts proto.UserCertsRequest proto.Certs',
      'GetAccessCapabilities types.AccessCapabilitiesRequest types.AccessCapabilities',
      'GetClusterAlerts types.GetClusterAlertsRequest proto.GetClusterAlertsResponse',
      `GetClusterCACert ${EMPTY} proto.GetClusterCACertResponse`,
      `GetClusterMaintenanceConfig ${EMPTY} types.ClusterMaintenanceConfigV1`,
      `GetCurrentUserRoles ${EMPTY} stream types.RoleV6`,
      `GetDomainName ${EMPTY} proto.GetDomainNameResponse`,
      'GetGithubConnector types.ResourceWithSecretsRequest types.GithubConnectorV3',
      'GetGithubConnectors types.ResourcesWithSecretsRequest types.GithubConnectorV3List',
      'GetInstaller types.ResourceRequest types.InstallerV1',
      `GetInstallers ${EMPTY} types.InstallerV1List`,
      'GetInstances types.InstanceFilter stream types.InstanceV1',
      'GetInventoryStatus proto.InventoryStatusRequest proto.InventoryStatusSummary',
      'GetLock proto.GetLockRequest types.LockV2',
      'GetLocks proto.GetLocksRequest proto.GetLocksResponse',
      'GetNode types.ResourceInNamespaceRequest types.ServerV2',
      'GetOIDCConnector types.ResourceWithSecretsRequest types.OIDCConnectorV3',
      'GetOIDCConnectors types.ResourcesWithSecretsRequest types.OIDCConnectorV3List',
      'GetResetPasswordToken proto.GetResetPasswordTokenRequest types.UserTokenV3',
      'GetRole proto.GetRoleRequest types.RoleV6',
      'GetSAMLConnector types.ResourceWithSecretsRequest types.SAMLConnectorV2',
      'GetSAMLConnectors types.ResourcesWithSecretsRequest types.SAMLConnectorV2List',
      'GetSemaphores types.SemaphoreFilter proto.Semaphores',
      'GetStaticTokens google.protobuf.Empty types.StaticTokensV2',
      'GetToken types.ResourceRequest types.ProvisionTokenV2',
      `GetTokens ${EMPTY} types.ProvisionTokenV2List`,
      'GetTrustedCluster types.ResourceRequest types.TrustedClusterV2',
      `GetTrustedClusters ${EMPTY} types.TrustedClusterV2List`,
      `GetUIConfig ${EMPTY} types.UIConfigV1`,
      'IsMFARequired proto.IsMFARequiredRequest proto.IsMFARequiredResponse',
      'ListProvisionTokens proto.ListProvisionTokensRequest proto.ListProvisionTokensResponse',
      'ListResetPasswordTokens proto.ListResetPasswordTokenRequest proto.ListResetPasswordTokenResponse',
      'ListResources proto.ListResourcesRequest proto.ListResourcesResponse',
      'ListRoles proto.ListRolesRequest proto.ListRolesResponse',
      'ListUnifiedResources proto.ListUnifiedResourcesRequest proto.ListUnifiedResourcesResponse',
      'Ping proto.PingRequest proto.PingResponse',
      'PingInventory proto.InventoryPingRequest proto.InventoryPingResponse',
      `SetInstaller types.InstallerV1 ${EMPTY}`,
      `SetUIConfig types.UIConfigV1 ${EMPTY}`,
      `UpdateClusterMaintenanceConfig types.ClusterMaintenanceConfigV1 ${EMPTY}`,
      'UpdateGithubConnector proto.UpdateGithubConnectorRequest types.GithubConnectorV3',
      'UpdateRole proto.UpdateRoleRequest types.RoleV6',
      'UpsertGithubConnectorV2 proto.UpsertGithubConnectorRequest types.GithubConnectorV3',
      `UpsertLock types.LockV2 ${EMPTY}`,
      'UpsertNode types.ServerV2 types.KeepAlive',
      `UpsertRole types.RoleV6 ${EMPTY}`,
      'UpsertRoleV2 proto.UpsertRoleRequest types.RoleV6',
      `UpsertTokenV2 proto.UpsertTokenV2Request ${EMPTY}`,
      'UpsertTrustedCluster types.TrustedClusterV2 types.TrustedClusterV2',
      'WatchEvents proto.Watch stream proto.Event',
    ],
  ],
  [
    BotService,
    'teleport.machineid.v1.BotService',
    [
      'CreateBot teleport.machineid.v1.CreateBotRequest teleport.machineid.v1.Bot',
      `DeleteBot teleport.machineid.v1.DeleteBotRequest ${EMPTY}`,
      'GetBot teleport.machineid.v1.GetBotRequest teleport.machineid.v1.Bot',
      'ListBots teleport.machineid.v1.ListBotsRequest teleport.machineid.v1.ListBotsResponse',
      'UpdateBot teleport.machineid.v1.UpdateBotRequest teleport.machineid.v1.Bot',
      'UpsertBot teleport.machineid.v1.UpsertBotRequest teleport.machineid.v1.Bot',
    ],
  ],
  [
    BotInstanceService,
    'teleport.machineid.v1.BotInstanceService',
    [
      `DeleteBotInstance teleport.machineid.v1.DeleteBotInstanceRequest ${EMPTY}`,
      'GetBotInstance teleport.machineid.v1.GetBotInstanceRequest teleport.machineid.v1.BotInstance',
      'ListBotInstances teleport.machineid.v1.ListBotInstancesRequest teleport.machineid.v1.ListBotInstancesResponse',
      'ListBotInstancesV2 teleport.machineid.v1.ListBotInstancesV2Request teleport.machineid.v1.ListBotInstancesResponse',
      'SubmitHeartbeat teleport.machineid.v1.SubmitHeartbeatRequest teleport.machineid.v1.SubmitHeartbeatResponse',
    ],
  ],
  [
    UsersService,
    'teleport.users.v1.UsersService',
    [
      'CreateUser teleport.users.v1.CreateUserRequest teleport.users.v1.CreateUserResponse',
      `DeleteUser teleport.users.v1.DeleteUserRequest ${EMPTY}`,
      'GetUser teleport.users.v1.GetUserRequest teleport.users.v1.GetUserResponse',
      'ListUsers teleport.users.v1.ListUsersRequest teleport.users.v1.ListUsersResponse',
      'UpdateUser teleport.users.v1.UpdateUserRequest teleport.users.v1.UpdateUserResponse',
      'UpsertUser teleport.users.v1.UpsertUserRequest teleport.users.v1.UpsertUserResponse',
    ],
  ],
  [
    TrustService,
    'teleport.trust.v1.TrustService',
    [
      'CreateTrustedCluster teleport.trust.v1.CreateTrustedClusterRequest types.TrustedClusterV2',
      `DeleteCertAuthority teleport.trust.v1.DeleteCertAuthorityRequest ${EMPTY}`,
      'GenerateHostCert teleport.trust.v1.GenerateHostCertRequest teleport.trust.v1.GenerateHostCertResponse',
      'GetCertAuthorities teleport.trust.v1.GetCertAuthoritiesRequest teleport.trust.v1.GetCertAuthoritiesResponse',
      'GetCertAuthority teleport.trust.v1.GetCertAuthorityRequest types.CertAuthorityV2',
      'RotateCertAuthority teleport.trust.v1.RotateCertAuthorityRequest teleport.trust.v1.RotateCertAuthorityResponse',
      'RotateExternalCertAuthority teleport.trust.v1.RotateExternalCertAuthorityRequest teleport.trust.v1.RotateExternalCertAuthorityResponse',
      'UpdateTrustedCluster teleport.trust.v1.UpdateTrustedClusterRequest types.TrustedClusterV2',
      'UpsertCertAuthority teleport.trust.v1.UpsertCertAuthorityRequest types.CertAuthorityV2',
      'UpsertTrustedCluster teleport.trust.v1.UpsertTrustedClusterRequest types.TrustedClusterV2',
    ],
  ],
  [
    ClusterConfigService,
    'teleport.clusterconfig.v1.ClusterConfigService',
    [
      'GetAuthPreference teleport.clusterconfig.v1.GetAuthPreferenceRequest types.AuthPreferenceV2',
      'GetClusterName teleport.clusterconfig.v1.GetClusterNameRequest types.ClusterNameV2',
      'GetClusterNetworkingConfig teleport.clusterconfig.v1.GetClusterNetworkingConfigRequest types.ClusterNetworkingConfigV2',
      'GetSessionRecordingConfig teleport.clusterconfig.v1.GetSessionRecordingConfigRequest types.SessionRecordingConfigV2',
      'ResetAuthPreference teleport.clusterconfig.v1.ResetAuthPreferenceRequest types.AuthPreferenceV2',
      'ResetClusterNetworkingConfig teleport.clusterconfig.v1.ResetClusterNetworkingConfigRequest types.ClusterNetworkingConfigV2',
      'ResetSessionRecordingConfig teleport.clusterconfig.v1.ResetSessionRecordingConfigRequest types.SessionRecordingConfigV2',
      'UpdateAuthPreference teleport.clusterconfig.v1.UpdateAuthPreferenceRequest types.AuthPreferenceV2',
      'UpdateClusterNetworkingConfig teleport.clusterconfig.v1.UpdateClusterNetworkingConfigRequest types.ClusterNetworkingConfigV2',
      'UpdateSessionRecordingConfig teleport.clusterconfig.v1.UpdateSessionRecordingConfigRequest types.SessionRecordingConfigV2',
      'UpsertAuthPreference teleport.clusterconfig.v1.UpsertAuthPreferenceRequest types.AuthPreferenceV2',
      'UpsertClusterNetworkingConfig teleport.clusterconfig.v1.UpsertClusterNetworkingConfigRequest types.ClusterNetworkingConfigV2',
      'UpsertSessionRecordingConfig teleport.clusterconfig.v1.UpsertSessionRecordingConfigRequest types.SessionRecordingConfigV2',
    ],
  ],
  [
    PresenceService,
    'teleport.presence.v1.PresenceService',
    [
      `DeleteRemoteCluster teleport.presence.v1.DeleteRemoteClusterRequest ${EMPTY}`,
      'GetRemoteCluster teleport.presence.v1.GetRemoteClusterRequest types.RemoteClusterV3',
      'ListAuthServers teleport.presence.v1.ListAuthServersRequest teleport.presence.v1.ListAuthServersResponse',
      'ListProxyServers teleport.presence.v1.ListProxyServersRequest teleport.presence.v1.ListProxyServersResponse',
      'ListRemoteClusters teleport.presence.v1.ListRemoteClustersRequest teleport.presence.v1.ListRemoteClustersResponse',
      'UpdateRemoteCluster teleport.presence.v1.UpdateRemoteClusterRequest types.RemoteClusterV3',
    ],
  ],
  [
    LegacyJoinService,
    'proto.JoinService',
    [
      'RegisterUsingAzureMethod stream proto.RegisterUsingAzureMethodRequest stream proto.RegisterUsingAzureMethodResponse',
      'RegisterUsingBoundKeypairMethod stream proto.RegisterUsingBoundKeypairMethodRequest stream proto.RegisterUsingBoundKeypairMethodResponse',
      'RegisterUsingIAMMethod stream proto.RegisterUsingIAMMethodRequest stream proto.RegisterUsingIAMMethodResponse',
      'RegisterUsingOracleMethod stream proto.RegisterUsingOracleMethodRequest stream proto.RegisterUsingOracleMethodResponse',
      'RegisterUsingTPMMethod stream proto.RegisterUsingTPMMethodRequest stream proto.RegisterUsingTPMMethodResponse',
      'RegisterUsingToken types.RegisterUsingTokenRequest proto.Certs',
    ],
  ],
  [
    JoinService,
    'teleport.join.v1.JoinService',
    ['Join stream teleport.join.v1.JoinRequest stream teleport.join.v1.JoinResponse'],
  ],
];

/** One line per call, sorted: method, request and response type, `stream` before what is streamed. */
function describeCalls(service: DescService): string[] {
  return service.methods
    .map(({ name, methodKind, input, output }) => {
      const request = methodKind === 'bidi_streaming' || methodKind === 'client_streaming' ? 'stream ' : '';
      const response = methodKind === 'bidi_streaming' || methodKind === 'server_streaming' ? 'stream ' : '';
      return `${name} ${request}${input.typeName} ${response}${output.typeName}`;
    })
    .sort();
}

describe('services on the wire', () => {
  it.each(EXPECTED.map(([service, typeName, calls]) => ({ service, typeName, calls })))(
    '$typeName has the calls that peers know',
    ({ service, typeName, calls }) => {
      expect(service.typeName).toBe(typeName);
      expect(describeCalls(service)).toEqual(calls);
    },
  );
});
