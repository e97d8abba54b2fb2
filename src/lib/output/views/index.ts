export { resourcesText, type TextOptions } from './resources.js';
export { type StatusReport, statusDocument, statusText } from './status.js';
export { botsTable, usersTable } from './tables.js';
export { maskToken, tokensTable } from './tokens.js';
