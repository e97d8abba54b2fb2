export { authPreferenceKind, validateAuthPreference, withAuthPreferenceDefaults } from './auth-preference.js';
export { botKind, DEFAULT_BOT_SESSION_TTL, validateBot, withBotDefaults } from './bot.js';
export { botInstanceKind } from './bot-instance.js';
export { certAuthorityKind, validateCertAuthority, withCertAuthorityDefaults } from './cert-authority.js';
export {
  networkingConfigKind,
  recordingConfigKind,
  validateRecordingConfig,
  withNetworkingConfigDefaults,
  withRecordingConfigDefaults,
} from './cluster-config.js';
export { lockKind, validateLock, withLockDefaults } from './lock.js';
export { roleKind, withRoleDefaults } from './role.js';
export { validateRole } from './role-validation.js';
export { tokenKind, validateToken, withTokenDefaults } from './token.js';
export { JOIN_METHODS } from './token-methods.js';
export { userKind, validateUser, withUserDefaults } from './user.js';
