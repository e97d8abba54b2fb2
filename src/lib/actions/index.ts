export {
  type ConnectionStory,
  explainConnection,
  type LoggedIn,
  type LoginOptions,
  logIn,
  openInvite,
} from '../client/index.js';
export { acceptInvite, type InviteAnswers } from './accept-invite.js';
export { credentialPaths, type SignFormat, signForHost, signForUser } from './auth-sign.js';
export {
  addBotInstance,
  listBotInstances,
  parseInstanceId,
  readBotInstance,
  tellsHealth,
} from './bot-instances.js';
export { type BotLock, type BotLocks, findBotLocks, removeBotLocks } from './bot-locks.js';
export { type AddedBot, addBot } from './bots.js';
export { collect } from './collect.js';
export { type CreateResult, createResources } from './create.js';
export { applyEdit, type Edit, findEdits, readForEdit, requireEditable } from './edit.js';
export { exportAuthorities, requireExportable } from './export-authorities.js';
export type { FieldChange } from './field-change.js';
export { allRefs, getResources } from './get.js';
export { parseInstanceQuery } from './instance-query.js';
export { inventoryStatus, listInstances, pingInstance } from './inventory.js';
export { proxyUrl } from './kube-target.js';
export { lock, lockBot, requireLockTarget } from './locks.js';
export { explainMissingBot } from './missing-bot.js';
export { findMissingRoles } from './missing-roles.js';
export { type JoinPlace, joinPlace } from './next-steps.js';
export { removeResource, requireRemovable } from './remove.js';
export { readStatus } from './status.js';
export { parseSystemRoles } from './system-roles.js';
export { type AddedToken, addToken, listTokens, readTokenSecret, requestRotation, writeToken } from './tokens.js';
export { updateBot } from './update-bot.js';
export { requireUpdatable, updateMetadata } from './update-metadata.js';
export {
  addUser,
  removeUsers,
  resetUser,
  type UserLink,
  updateUser,
} from './users.js';
