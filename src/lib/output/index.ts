export { formatJson, formatJsonList } from './json.js';
export { renderResources } from './render.js';
export { formatYaml, formatYamlList } from './yaml.js';
