export { formatJson, formatJsonList } from './json.js';
export { type OutputFormat, type RenderOptions, renderResources } from './render.js';
export { type Row, renderRows, renderTable } from './table.js';
export { formatYaml, formatYamlList } from './yaml.js';
