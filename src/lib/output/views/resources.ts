import type { Message } from '@bufbuild/protobuf';
import { botInstanceNamesTable } from './bot-instances.js';
import { certAuthoritiesTable } from './cert-authorities.js';
import * as tables from './tables.js';
import { tokensText } from './tokens.js';

export interface TextOptions {
  /** Columns of the terminal, for tables that shorten their cells; Infinity leaves them whole. */
  readonly width: number;
}

/** Texts per kind. A kind and its messages belong together, so each view may take its own message type. */
// biome-ignore lint/suspicious/noExplicitAny: a map from kind to message type would only repeat the registry
const TEXTS: Readonly<Record<string, (messages: any, options: TextOptions) => string>> = {
  bot: tables.botRolesTable,
  bot_instance: botInstanceNamesTable,
  token: tokensText,
  role: tables.rolesTable,
  user: tables.userNamesTable,
  lock: tables.locksTable,
  cert_authority: certAuthoritiesTable,
  cluster_auth_preference: tables.authPreferenceTable,
  cluster_networking_config: tables.networkingConfigTable,
  session_recording_config: tables.recordingConfigTable,
};

/** What `get --format=text` writes for resources of a kind (cli §12). */
export function resourcesText(kind: string, messages: readonly Message[], options: TextOptions): string {
  const text = TEXTS[kind];
  if (!text) throw new Error(`no text form for the kind ${kind}`);
  return text(messages, options);
}
