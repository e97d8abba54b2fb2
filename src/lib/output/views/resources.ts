import type { Message } from '@bufbuild/protobuf';
import * as updates from './autoupdate.js';
import { botInstanceNamesTable } from './bot-instances.js';
import { certAuthoritiesTable } from './cert-authorities.js';
import * as clusters from './clusters.js';
import * as connectors from './connectors.js';
import { accessListsTable, workloadIdentitiesTable } from './grants.js';
import { serversTable } from './servers.js';
import * as tables from './tables.js';
import { tokensText } from './tokens.js';

/** Where a text is shown. */
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
  node: serversTable,
  proxy: serversTable,
  auth_server: serversTable,
  trusted_cluster: clusters.trustedClustersTable,
  remote_cluster: clusters.remoteClustersTable,
  github: connectors.githubTable,
  oidc: connectors.oidcTable,
  saml: connectors.samlTable,
  connectors: connectors.connectorsTables,
  semaphore: clusters.semaphoresTable,
  namespace: clusters.namespacesTable,
  installer: clusters.installersText,
  access_list: accessListsTable,
  workload_identity: workloadIdentitiesTable,
  cluster_maintenance_config: clusters.maintenanceConfigTable,
  ui_config: clusters.uiConfigTable,
  autoupdate_config: updates.autoupdateConfigTable,
  autoupdate_version: updates.autoupdateVersionTable,
  autoupdate_agent_rollout: updates.autoupdateRolloutTable,
};

/** What `get --format=text` writes for resources of a kind (cli §12). */
export function resourcesText(kind: string, messages: readonly Message[], options: TextOptions): string {
  const text = TEXTS[kind];
  if (!text) throw new Error(`no text form for the kind ${kind}`);
  return text(messages, options);
}
