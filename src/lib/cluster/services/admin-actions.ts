import type { Caller } from '../auth/caller.js';

/**
 * The methods that need a second factor where the cluster demands one for administration (wire §3).
 * `fresh`: with an answer that was given for this call alone; `reusable`: one that others were given for will do.
 */
type Demand = 'fresh' | 'reusable';

type RequestDemand = (request: Record<string, unknown>, caller: Caller) => Demand | undefined;

/** Certificates of other users. */
const asAnother: RequestDemand = ({ username }, caller) =>
  caller.kind === 'user' && caller.username !== username ? 'fresh' : undefined;

const withKeys: RequestDemand = ({ includeKey }) => (includeKey === true ? 'reusable' : undefined);

const ADMIN_ACTIONS: Readonly<Record<string, Readonly<Record<string, Demand | RequestDemand>>>> = {
  'proto.AuthService': {
    createResetPasswordToken: 'reusable',
    createRole: 'reusable',
    updateRole: 'reusable',
    upsertRole: 'reusable',
    upsertRoleV2: 'reusable',
    deleteRole: 'reusable',
    getToken: 'reusable',
    getTokens: 'reusable',
    getStaticTokens: 'reusable',
    listProvisionTokens: 'reusable',
    listResetPasswordTokens: 'reusable',
    createTokenV2: 'reusable',
    upsertTokenV2: 'reusable',
    deleteToken: 'reusable',
    generateUserCerts: asAnother,
  },
  'teleport.machineid.v1.BotService': {
    createBot: 'reusable',
    updateBot: 'fresh',
    upsertBot: 'reusable',
    deleteBot: 'fresh',
  },
  'teleport.machineid.v1.BotInstanceService': { deleteBotInstance: 'reusable' },
  'teleport.users.v1.UsersService': {
    createUser: 'reusable',
    updateUser: 'reusable',
    upsertUser: 'reusable',
    deleteUser: 'reusable',
  },
  'teleport.trust.v1.TrustService': {
    getCertAuthority: withKeys,
    getCertAuthorities: withKeys,
    upsertCertAuthority: 'reusable',
    createTrustedCluster: 'reusable',
    updateTrustedCluster: 'reusable',
    upsertTrustedCluster: 'reusable',
    deleteCertAuthority: 'fresh',
    generateHostCert: 'fresh',
  },
  'teleport.clusterconfig.v1.ClusterConfigService': {
    updateAuthPreference: 'reusable',
    upsertAuthPreference: 'reusable',
    resetAuthPreference: 'reusable',
    updateClusterNetworkingConfig: 'reusable',
    upsertClusterNetworkingConfig: 'reusable',
    resetClusterNetworkingConfig: 'reusable',
    updateSessionRecordingConfig: 'reusable',
    upsertSessionRecordingConfig: 'reusable',
    resetSessionRecordingConfig: 'reusable',
  },
};

/** What a call of a method needs; undefined for no second factor. */
export function adminActionDemand(
  service: string,
  method: string,
  request: unknown,
  caller: Caller,
): Demand | undefined {
  const entry = ADMIN_ACTIONS[service]?.[method];
  return typeof entry === 'function' ? entry(request as Record<string, unknown>, caller) : entry;
}
