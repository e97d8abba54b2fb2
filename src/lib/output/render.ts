import type { Message } from '@bufbuild/protobuf';
import type { KindDefinition } from '../resources/index.js';
import { formatJsonList } from './json.js';
import type { TextOptions } from './views/resources.js';
import { formatYamlList } from './yaml.js';

export type OutputFormat = 'text' | 'json' | 'yaml';

export type RenderOptions = TextOptions;

/** All that `get` writes to stdout for resources of one kind (cli §3, §6). Tables are loaded only when they are wanted. */
export async function renderResources(
  format: OutputFormat,
  definition: KindDefinition,
  messages: readonly Message[],
  options: RenderOptions,
): Promise<string> {
  if (format === 'text') {
    const { resourcesText } = await import('./views/resources.js');
    return resourcesText(definition.kind, messages, options);
  }
  const documents = messages.map((message) => definition.toDocument(message));
  return format === 'json' ? formatJsonList(documents) : formatYamlList(documents);
}
