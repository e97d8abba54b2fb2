export { botInstancesTable, botInstanceText } from './bot-instances.js';
export { botsTable, usersTable } from './tables.js';
export { maskToken, tokensTable } from './tokens.js';
