import type { ResourceRef } from '../resources/index.js';
import { goQuote } from '../util/go-quote.js';

/** What the real tool says for the kinds whose message is not `<kind> <q name>` (cli §8). */
const SUBJECTS: Record<string, (name: string) => string> = {
  bot: (name) => `Bot ${goQuote(name)}`,
  cert_authority: (name) => `cert_authority '${name}'`,
  cluster_auth_preference: () => 'cluster auth preference',
  cluster_networking_config: () => 'cluster networking configuration',
  session_recording_config: () => 'session recording configuration',
  node: (name) => `node ${name}`,
  proxy: (name) => `Proxy ${goQuote(name)}`,
  saml: (name) => `SAML connector ${name}`,
  oidc: (name) => `OIDC connector ${name}`,
  github: (name) => `github connector ${goQuote(name)}`,
  trusted_cluster: (name) => `trusted cluster ${goQuote(name)}`,
  remote_cluster: (name) => `remote cluster ${goQuote(name)}`,
  semaphore: (name) => `semaphore '${name}'`,
  installer: (name) => name,
  access_list: (name) => `Access list ${goQuote(name)}`,
  workload_identity: (name) => `Workload identity ${goQuote(name)}`,
  cluster_maintenance_config: () => 'cluster maintenance configuration',
  ui_config: () => 'ui_config',
  autoupdate_config: () => 'AutoUpdateConfig',
  autoupdate_version: () => 'AutoUpdateVersion',
  autoupdate_agent_rollout: () => 'AutoUpdateAgentRollout',
};

/** Comes with every cluster: removed, its own script is back. */
const DEFAULT_INSTALLER = 'default-installer';

/** The line for standard output after a removal. */
export function removedLine({ kind, name = '' }: ResourceRef, outcome: 'deleted' | 'reset'): string {
  if (kind === 'installer' && name === DEFAULT_INSTALLER) return `${name} has been reset to a default value\n`;
  const subject = SUBJECTS[kind]?.(name) ?? `${kind} ${goQuote(name)}`;
  return `${subject} has been ${outcome === 'reset' ? 'reset to defaults' : 'deleted'}\n`;
}
