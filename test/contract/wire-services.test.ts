import type { DescService } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService as LegacyJoinService } from '../../src/lib/gen/proto/join_service_pb.js';
import { ClusterConfigService } from '../../src/lib/gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { JoinService } from '../../src/lib/gen/teleport/join/v1/join_service_pb.js';
import { BotInstanceService } from '../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotService } from '../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import { PresenceService } from '../../src/lib/gen/teleport/presence/v1/presence_service_pb.js';
import { TrustService } from '../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../src/lib/gen/teleport/users/v1/users_service_pb.js';

const EMPTY = 'google.protobuf.Empty';

/** Calls per service, as a peer names them: method, request, response. Written by hand from wire §3. */
const EXPECTED: [DescService, string, string[]][] = [
  [
    AuthService,
    'proto.AuthService',
    [
      'CreateAuthenticateChallenge proto.CreateAuthenticateChallengeRequest proto.MFAAuthenticateChallenge',
      'CreateResetPasswordToken proto.CreateResetPasswordTokenRequest types.UserTokenV3',
      'CreateRole proto.CreateRoleRequest types.RoleV6',
      `CreateTokenV2 proto.CreateTokenV2Request ${EMPTY}`,
      `DeleteLock proto.DeleteLockRequest ${EMPTY}`,
      `DeleteRole proto.DeleteRoleRequest ${EMPTY}`,
      `DeleteToken types.ResourceRequest ${EMPTY}`,
      'GenerateUserCerts proto.UserCertsRequest proto.Certs',
      'GetAccessCapabilities types.AccessCapabilitiesRequest types.AccessCapabilities',
      'GetClusterAlerts types.GetClusterAlertsRequest proto.GetClusterAlertsResponse',
      `GetClusterCACert ${EMPTY} proto.GetClusterCACertResponse`,
      `GetCurrentUserRoles ${EMPTY} stream types.RoleV6`,
      `GetDomainName ${EMPTY} proto.GetDomainNameResponse`,
      'GetInstances types.InstanceFilter stream types.InstanceV1',
      'GetInventoryStatus proto.InventoryStatusRequest proto.InventoryStatusSummary',
      'GetLock proto.GetLockRequest types.LockV2',
      'GetLocks proto.GetLocksRequest proto.GetLocksResponse',
      'GetRole proto.GetRoleRequest types.RoleV6',
      'GetToken types.ResourceRequest types.ProvisionTokenV2',
      `GetTokens ${EMPTY} types.ProvisionTokenV2List`,
      'IsMFARequired proto.IsMFARequiredRequest proto.IsMFARequiredResponse',
      'ListResources proto.ListResourcesRequest proto.ListResourcesResponse',
      'ListRoles proto.ListRolesRequest proto.ListRolesResponse',
      'Ping proto.PingRequest proto.PingResponse',
      'PingInventory proto.InventoryPingRequest proto.InventoryPingResponse',
      'UpdateRole proto.UpdateRoleRequest types.RoleV6',
      `UpsertLock types.LockV2 ${EMPTY}`,
      `UpsertRole types.RoleV6 ${EMPTY}`,
      'UpsertRoleV2 proto.UpsertRoleRequest types.RoleV6',
      `UpsertTokenV2 proto.UpsertTokenV2Request ${EMPTY}`,
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
      `DeleteCertAuthority teleport.trust.v1.DeleteCertAuthorityRequest ${EMPTY}`,
      'GenerateHostCert teleport.trust.v1.GenerateHostCertRequest teleport.trust.v1.GenerateHostCertResponse',
      'GetCertAuthorities teleport.trust.v1.GetCertAuthoritiesRequest teleport.trust.v1.GetCertAuthoritiesResponse',
      'GetCertAuthority teleport.trust.v1.GetCertAuthorityRequest types.CertAuthorityV2',
      'RotateCertAuthority teleport.trust.v1.RotateCertAuthorityRequest teleport.trust.v1.RotateCertAuthorityResponse',
      'RotateExternalCertAuthority teleport.trust.v1.RotateExternalCertAuthorityRequest teleport.trust.v1.RotateExternalCertAuthorityResponse',
      'UpsertCertAuthority teleport.trust.v1.UpsertCertAuthorityRequest types.CertAuthorityV2',
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
