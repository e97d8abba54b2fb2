export { formatJson, formatJsonList } from './json.js';
export { type OutputFormat, type RenderOptions, renderResources } from './render.js';
export { formatYaml, formatYamlList } from './yaml.js';
