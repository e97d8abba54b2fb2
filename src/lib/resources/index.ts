export { AUTHORITY_EXPORTS, type AuthorityExportType, CERT_AUTHORITY_TYPES } from './authority-types.js';
export { botResourceName } from './bot-names.js';
export { parseDocuments, type ResourceDocument } from './document.js';
export { fromLegacyJson } from './field-reader.js';
export type { KindDefinition } from './kind-definition.js';
export { kindInfo, kindNames, kinds } from './kind-info.js';
export { KIND_SUMMARIES, KINDS_WITH_SECOND_FACTOR } from './kind-summaries.js';
export { type JsonObject, toLegacyJson } from './legacy-json.js';
export { ORIGIN_LABEL, validateMetadata } from './metadata.js';
export {
  DocumentError,
  type FieldPath,
  type FieldProblem,
  formatFieldPath,
  formatFieldProblem,
  type LocatedProblem,
} from './problems.js';
export { type Resource, readResources } from './read.js';
export { parseRef, parseRefs, type ResourceRef } from './ref.js';
export { loadKind } from './registry.js';
export { SYSTEM_ROLES, systemRole, systemRoleText } from './system-roles.js';
export { isTimeSet, ZERO_TIME_SECONDS } from './times.js';
export { byExpiry } from './token-order.js';
export { carryUnknownFields } from './unknown-fields.js';
