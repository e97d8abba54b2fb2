export { type ConnectionStory, explainConnection, logIn, openInvite } from '../client/index.js';
export { acceptInvite, type InviteAnswers } from './accept-invite.js';
export { credentialPaths, type SignFormat, signForHost, signForUser } from './auth-sign.js';
export {
  addBotInstance,
  listBotInstances,
  parseInstanceId,
  readBotInstance,
} from './bot-instances.js';
export { type BotLock, type BotLocks, findBotLocks, type LockedPart, removeBotLocks } from './bot-locks.js';
export type { BotToken } from './bot-token.js';
export { type AddedBot, addBot, type NewBot } from './bots.js';
export { collect } from './collect.js';
export { type CreateOptions, type CreateResult, createResources } from './create.js';
export { applyEdit, type Edit, EditConflict, findEdits, readForEdit, requireEditable } from './edit.js';
export { exportAuthorities, requireExportable } from './export-authorities.js';
export type { FieldChange } from './field-change.js';
export { allRefs, type Found, getResources } from './get.js';
export { parseInstanceQuery } from './instance-query.js';
export { type InventoryQuery, inventoryStatus, listInstances, pingInstance } from './inventory.js';
export { proxyUrl } from './kube-target.js';
export { type LockTargets, lock, lockBot, requireLockTarget } from './locks.js';
export { namingWhatIsMissing } from './missing.js';
export { explainMissingBot } from './missing-bot.js';
export { findMissingRoles, type MissingRole, requireRoles } from './missing-roles.js';
export { type JoinPlace, joinPlace } from './next-steps.js';
export { removeResource, requireRemovable } from './remove.js';
export { type ClusterStatus, readStatus } from './status.js';
export { parseSystemRoles } from './system-roles.js';
export {
  type AddedToken,
  addToken,
  listTokens,
  type NewToken,
  readTokenSecret,
  requestRotation,
  writeToken,
} from './tokens.js';
export { type BotUpdate, updateBot } from './update-bot.js';
export { type MetadataUpdate, requireUpdatable, updateMetadata } from './update-metadata.js';
export {
  addUser,
  removeUsers,
  resetUser,
  type UserLink,
  updateUser,
} from './users.js';
