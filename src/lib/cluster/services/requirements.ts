import type { Caller } from '../auth/caller.js';
import type { Verb } from '../auth/rules.js';

/** What a caller must be allowed to do: all of `verbs` with resources of `kind`. */
export interface Permission {
  kind: string;
  verbs: readonly Verb[];
}

/** `anyone`: also without a certificate. `member`: whoever belongs to the cluster; the method answers by who asks. */
export type Requirement = 'anyone' | 'member' | Permission;

/** A requirement that depends on the request. Fields are those of the method's request message. */
type RequestRule = (request: Record<string, unknown>, caller: Caller) => Requirement;

const needs = (kind: string, ...verbs: Verb[]): Permission => ({ kind, verbs });

/** Secrets of connectors need more. */
const readsConnector =
  (kind: string, ...verbs: Verb[]): RequestRule =>
  (request) =>
    needs(kind, ...verbs, ...(request.withSecrets === true ? (['read'] as const) : []));

const isOwnUser = (name: unknown, caller: Caller): boolean => caller.kind === 'user' && caller.username === name;
const isOwnRole = (name: unknown, caller: Caller): boolean =>
  caller.kind === 'user' && caller.roles.some((role) => role === name);

/**
 * What each method asks of its caller (wire §3, join §8): the one place that decides. A method without an entry
 * cannot be served: `guarded` refuses it at start.
 */
export const REQUIREMENTS: Readonly<Record<string, Readonly<Record<string, Requirement | RequestRule>>>> = {
  'proto.AuthService': {
    ping: 'anyone',
    getDomainName: 'anyone',
    getClusterCACert: 'anyone',
    getClusterAlerts: 'member',
    createAuthenticateChallenge: 'member',
    isMFARequired: 'member',
    getCurrentUserRoles: 'member',
    getAccessCapabilities: (request, caller) =>
      request.user === '' || isOwnUser(request.user, caller) ? 'member' : needs('user', 'read'),
    createResetPasswordToken: needs('user', 'update'),
    // Whoever holds a link may use it (login §5.9).
    getResetPasswordToken: 'anyone',
    createRegisterChallenge: 'anyone',
    changeUserAuthentication: 'anyone',
    getRole: (request, caller) => (isOwnRole(request.name, caller) ? 'member' : needs('role', 'read')),
    listRoles: needs('role', 'list', 'read'),
    createRole: needs('role', 'create'),
    updateRole: needs('role', 'update'),
    upsertRole: needs('role', 'create', 'update'),
    upsertRoleV2: needs('role', 'create', 'update'),
    deleteRole: needs('role', 'delete'),
    getToken: needs('token', 'read'),
    getTokens: needs('token', 'list', 'read'),
    getStaticTokens: needs('token', 'list', 'read'),
    listProvisionTokens: needs('token', 'list', 'read'),
    listResetPasswordTokens: needs('token', 'list', 'read'),
    createTokenV2: needs('token', 'create'),
    upsertTokenV2: needs('token', 'create', 'update'),
    deleteToken: needs('token', 'delete'),
    getLock: needs('lock', 'read'),
    getLocks: needs('lock', 'list', 'read'),
    upsertLock: needs('lock', 'create', 'update'),
    deleteLock: needs('lock', 'delete'),
    getTrustedCluster: needs('trusted_cluster', 'read'),
    getTrustedClusters: needs('trusted_cluster', 'list', 'read'),
    upsertTrustedCluster: needs('trusted_cluster', 'create', 'update'),
    deleteTrustedCluster: needs('trusted_cluster', 'delete'),
    listUnifiedResources: 'member',
    getNode: needs('node', 'read'),
    upsertNode: needs('node', 'create', 'update'),
    deleteNode: needs('node', 'delete'),
    getSemaphores: needs('semaphore', 'readnosecrets', 'list'),
    deleteSemaphore: needs('semaphore', 'delete'),
    getInstaller: needs('installer', 'read'),
    getInstallers: needs('installer', 'read', 'list'),
    setInstaller: needs('installer', 'update', 'create'),
    deleteInstaller: needs('installer', 'delete'),
    getUIConfig: needs('ui_config', 'read'),
    setUIConfig: needs('ui_config', 'update', 'create'),
    deleteUIConfig: needs('ui_config', 'delete'),
    getClusterMaintenanceConfig: needs('cluster_maintenance_config', 'read'),
    updateClusterMaintenanceConfig: needs('cluster_maintenance_config', 'create', 'update'),
    deleteClusterMaintenanceConfig: needs('cluster_maintenance_config', 'delete'),
    getGithubConnector: readsConnector('github', 'readnosecrets'),
    getGithubConnectors: readsConnector('github', 'list', 'readnosecrets'),
    createGithubConnector: needs('github', 'create'),
    updateGithubConnector: needs('github', 'update'),
    upsertGithubConnectorV2: needs('github', 'create', 'update'),
    deleteGithubConnector: needs('github', 'delete'),
    getOIDCConnector: readsConnector('oidc', 'readnosecrets'),
    getOIDCConnectors: readsConnector('oidc', 'list', 'readnosecrets'),
    deleteOIDCConnector: needs('oidc', 'delete'),
    getSAMLConnector: readsConnector('saml', 'readnosecrets'),
    getSAMLConnectors: readsConnector('saml', 'list', 'readnosecrets'),
    deleteSAMLConnector: needs('saml', 'delete'),
    // Of connections to an auth service only its own host is told (wire §3.1).
    getInventoryStatus: needs('instance', 'list', 'read'),
    getInstances: needs('instance', 'list', 'read'),
    pingInventory: 'member',
    generateUserCerts: 'member',
    listResources: ({ resourceType }) => needs(String(resourceType), 'list', 'read'),
    watchEvents: needs('cert_authority', 'readnosecrets'),
  },
  'proto.JoinService': {
    registerUsingToken: 'anyone',
    registerUsingBoundKeypairMethod: 'anyone',
  },
  'teleport.join.v1.JoinService': {
    join: 'anyone',
  },
  'teleport.machineid.v1.BotService': {
    getBot: needs('bot', 'read'),
    listBots: needs('bot', 'list'),
    createBot: needs('bot', 'create'),
    updateBot: needs('bot', 'update'),
    upsertBot: needs('bot', 'create', 'update'),
    deleteBot: needs('bot', 'delete'),
  },
  'teleport.machineid.v1.BotInstanceService': {
    getBotInstance: needs('bot_instance', 'read'),
    listBotInstances: needs('bot_instance', 'list', 'read'),
    listBotInstancesV2: needs('bot_instance', 'list', 'read'),
    deleteBotInstance: needs('bot_instance', 'delete'),
    submitHeartbeat: 'member',
  },
  'teleport.users.v1.UsersService': {
    getUser: (request, caller) =>
      request.currentUser === true || isOwnUser(request.name, caller) ? 'member' : needs('user', 'read'),
    listUsers: needs('user', 'list', 'read'),
    createUser: needs('user', 'create'),
    updateUser: needs('user', 'update'),
    upsertUser: needs('user', 'create', 'update'),
    deleteUser: needs('user', 'delete'),
  },
  'teleport.trust.v1.TrustService': {
    getCertAuthority: (request) => needs('cert_authority', request.includeKey === true ? 'read' : 'readnosecrets'),
    getCertAuthorities: (request) =>
      needs('cert_authority', 'list', 'readnosecrets', ...(request.includeKey === true ? (['read'] as const) : [])),
    upsertCertAuthority: needs('cert_authority', 'create', 'update'),
    deleteCertAuthority: needs('cert_authority', 'delete'),
    generateHostCert: needs('host_cert', 'create'),
    createTrustedCluster: needs('trusted_cluster', 'create'),
    updateTrustedCluster: needs('trusted_cluster', 'update'),
    upsertTrustedCluster: needs('trusted_cluster', 'create', 'update'),
  },
  'teleport.clusterconfig.v1.ClusterConfigService': {
    getClusterName: needs('cluster_name', 'read'),
    getAuthPreference: needs('cluster_auth_preference', 'read'),
    updateAuthPreference: needs('cluster_auth_preference', 'update'),
    upsertAuthPreference: needs('cluster_auth_preference', 'create', 'update'),
    resetAuthPreference: needs('cluster_auth_preference', 'update'),
    getClusterNetworkingConfig: needs('cluster_networking_config', 'read'),
    updateClusterNetworkingConfig: needs('cluster_networking_config', 'update'),
    upsertClusterNetworkingConfig: needs('cluster_networking_config', 'create', 'update'),
    resetClusterNetworkingConfig: needs('cluster_networking_config', 'update'),
    getSessionRecordingConfig: needs('session_recording_config', 'read'),
    updateSessionRecordingConfig: needs('session_recording_config', 'update'),
    upsertSessionRecordingConfig: needs('session_recording_config', 'create', 'update'),
    resetSessionRecordingConfig: needs('session_recording_config', 'update'),
  },
  'teleport.transport.v1.TransportService': {
    proxyCluster: 'member',
  },
  'teleport.presence.v1.PresenceService': {
    getRemoteCluster: needs('remote_cluster', 'read'),
    listRemoteClusters: needs('remote_cluster', 'list', 'read'),
    updateRemoteCluster: needs('remote_cluster', 'update'),
    deleteRemoteCluster: needs('remote_cluster', 'delete'),
    listAuthServers: needs('auth_server', 'list', 'read'),
    listProxyServers: needs('proxy', 'list', 'read'),
  },
  'teleport.workloadidentity.v1.WorkloadIdentityResourceService': {
    getWorkloadIdentity: needs('workload_identity', 'read'),
    listWorkloadIdentities: needs('workload_identity', 'read', 'list'),
    createWorkloadIdentity: needs('workload_identity', 'create'),
    updateWorkloadIdentity: needs('workload_identity', 'update'),
    upsertWorkloadIdentity: needs('workload_identity', 'create', 'update'),
    deleteWorkloadIdentity: needs('workload_identity', 'delete'),
  },
  'teleport.autoupdate.v1.AutoUpdateService': {
    getAutoUpdateConfig: needs('autoupdate_config', 'read'),
    createAutoUpdateConfig: needs('autoupdate_config', 'create'),
    updateAutoUpdateConfig: needs('autoupdate_config', 'update'),
    upsertAutoUpdateConfig: needs('autoupdate_config', 'create', 'update'),
    deleteAutoUpdateConfig: needs('autoupdate_config', 'delete'),
    getAutoUpdateVersion: needs('autoupdate_version', 'read'),
    createAutoUpdateVersion: needs('autoupdate_version', 'create'),
    updateAutoUpdateVersion: needs('autoupdate_version', 'update'),
    upsertAutoUpdateVersion: needs('autoupdate_version', 'create', 'update'),
    deleteAutoUpdateVersion: needs('autoupdate_version', 'delete'),
    getAutoUpdateAgentRollout: needs('autoupdate_agent_rollout', 'read'),
    createAutoUpdateAgentRollout: needs('autoupdate_agent_rollout', 'create'),
    updateAutoUpdateAgentRollout: needs('autoupdate_agent_rollout', 'update'),
    upsertAutoUpdateAgentRollout: needs('autoupdate_agent_rollout', 'create', 'update'),
    deleteAutoUpdateAgentRollout: needs('autoupdate_agent_rollout', 'delete'),
  },
  'teleport.accesslist.v1.AccessListService': {
    getAccessList: needs('access_list', 'read'),
    getAccessLists: needs('access_list', 'list', 'read'),
    listAccessLists: needs('access_list', 'list', 'read'),
    upsertAccessList: needs('access_list', 'create', 'update'),
    deleteAccessList: needs('access_list', 'delete'),
  },
};
