export { accessListKind } from './access-list.js';
export { validateAuthPreference, withAuthPreferenceDefaults } from './auth-preference.js';
export { autoupdateRolloutKind } from './autoupdate-agent-rollout.js';
export { autoupdateConfigKind } from './autoupdate-config.js';
export { autoupdateVersionKind } from './autoupdate-version.js';
export { DEFAULT_BOT_SESSION_TTL } from './bot.js';
export { validateCertAuthority, withCertAuthorityDefaults } from './cert-authority.js';
export {
  networkingConfigKind,
  validateRecordingConfig,
  withNetworkingConfigDefaults,
  withRecordingConfigDefaults,
} from './cluster-config.js';
export { maintenanceConfigKind } from './cluster-maintenance-config.js';
export { githubKind } from './github.js';
export { installerKind } from './installer.js';
export { laterTokenFields } from './later-token-fields.js';
export { lockKind, validateLock, withLockDefaults } from './lock.js';
export { nodeKind } from './node.js';
export { oidcKind } from './oidc.js';
export { remoteClusterKind } from './remote-cluster.js';
export { roleKind, withRoleDefaults } from './role.js';
export { validateRole } from './role-validation.js';
export { samlKind } from './saml.js';
export { tokenKind, validateToken, withTokenDefaults } from './token.js';
export { JOIN_METHODS } from './token-methods.js';
export { trustedClusterKind } from './trusted-cluster.js';
export { uiConfigKind } from './ui-config.js';
export { validateUser, withUserDefaults } from './user.js';
export { workloadIdentityKind } from './workload-identity.js';
