import type { Message } from '@bufbuild/protobuf';
import type { KindDefinition } from '../resources/index.js';
import { formatJsonList } from './json.js';
import * as tables from './views/tables.js';
import { tokensText } from './views/tokens.js';
import { formatYamlList } from './yaml.js';

export type OutputFormat = 'text' | 'json' | 'yaml';

export interface RenderOptions {
  /** Columns of the terminal, for tables that shorten their cells; Infinity leaves them whole. */
  readonly width: number;
}

/** Texts per kind. A definition and its messages belong together, so each view may take its own message type. */
// biome-ignore lint/suspicious/noExplicitAny: a map from kind to message type would only repeat the registry
const TEXTS: Readonly<Record<string, (messages: any, options: RenderOptions) => string>> = {
  bot: tables.botRolesTable,
  token: tokensText,
  role: tables.rolesTable,
  user: tables.userNamesTable,
  lock: tables.locksTable,
  cert_authority: tables.certAuthoritiesTable,
  cluster_auth_preference: tables.authPreferenceTable,
  cluster_networking_config: tables.networkingConfigTable,
  session_recording_config: tables.recordingConfigTable,
};

/** All that `get` writes to stdout for resources of one kind (cli §3, §6). */
export function renderResources(
  format: OutputFormat,
  definition: KindDefinition,
  messages: readonly Message[],
  options: RenderOptions,
): string {
  if (format === 'text') return TEXTS[definition.kind]?.(messages, options) ?? '';
  const documents = messages.map((message) => definition.toDocument(message));
  return format === 'json' ? formatJsonList(documents) : formatYamlList(documents);
}
