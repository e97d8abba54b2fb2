export { formatJson, formatJsonList } from './json.js';
export { type OutputFormat, type RenderOptions, renderResources } from './render.js';
export { type Row, renderRows, renderTable } from './table.js';
export { type StatusReport, statusDocument, statusText } from './views/status.js';
export { botsTable, usersTable } from './views/tables.js';
export { maskToken, tokensTable } from './views/tokens.js';
export { formatYaml, formatYamlList } from './yaml.js';
