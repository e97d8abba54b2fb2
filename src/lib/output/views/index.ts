export {
  botInstanceHealthText,
  botInstancesHealthTable,
  botInstancesTable,
  botInstanceText,
} from './bot-instances.js';
export {
  connectedTable,
  instancesDocuments,
  instancesTable,
  inventoryStatusDocument,
  inventoryStatusText,
} from './inventory.js';
export { kindsTable } from './kinds.js';
export { botsTable, usersTable } from './tables.js';
export { maskToken, tokensTable } from './tokens.js';
