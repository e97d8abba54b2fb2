export { type AuthorityKey, authorityFingerprints, authorityKeys, hostCaPins } from './authority-keys.js';
export { type Position, parseDocuments, type ResourceDocument } from './document.js';
export type { ReadMessage } from './field-reader.js';
export { readMessage } from './field-reader.js';
export { type Dialect, parseTime } from './field-values.js';
export type { KindDefinition, KindVerbs, NameForm } from './kind-definition.js';
export { authPreferenceKind, validateAuthPreference, withAuthPreferenceDefaults } from './kinds/auth-preference.js';
export { botKind, botResourceName, DEFAULT_BOT_SESSION_TTL, validateBot, withBotDefaults } from './kinds/bot.js';
export {
  CERT_AUTHORITY_TYPES,
  type CertAuthorityType,
  certAuthorityKind,
  validateCertAuthority,
  withCertAuthorityDefaults,
} from './kinds/cert-authority.js';
export {
  networkingConfigKind,
  recordingConfigKind,
  validateRecordingConfig,
  withNetworkingConfigDefaults,
  withRecordingConfigDefaults,
} from './kinds/cluster-config.js';
export { lockKind, validateLock, withLockDefaults } from './kinds/lock.js';
export { roleKind, withRoleDefaults } from './kinds/role.js';
export { validateRole } from './kinds/role-validation.js';
export { byExpiry, tokenKind, validateToken, withTokenDefaults } from './kinds/token.js';
export { JOIN_METHODS } from './kinds/token-methods.js';
export { userKind, validateUser, withUserDefaults } from './kinds/user.js';
export { formatTime, isTimeSet, type JsonObject, toLegacyJson, ZERO_TIME_SECONDS } from './legacy-json.js';
export { ORIGIN_LABEL, validateMetadata } from './metadata.js';
export {
  DocumentError,
  type DocumentErrorCode,
  FieldError,
  type FieldPath,
  type FieldProblem,
  formatFieldPath,
  formatFieldProblem,
  type LocatedProblem,
} from './problems.js';
export { type Resource, readResources } from './read.js';
export { parseRef, parseRefs, type ResourceRef } from './ref.js';
export { kindDefinition, kindNames, kinds } from './registry.js';
export { SYSTEM_ROLES, systemRole, systemRoleText } from './system-roles.js';
