import type { KindDefinition } from './kind-definition.js';
import { kindInfo } from './kind-info.js';

const LOADERS: Readonly<Record<string, () => Promise<KindDefinition>>> = {
  bot: async () => (await import('./kinds/bot.js')).botKind,
  bot_instance: async () => (await import('./kinds/bot-instance.js')).botInstanceKind,
  token: async () => (await import('./kinds/token.js')).tokenKind,
  role: async () => (await import('./kinds/role.js')).roleKind,
  user: async () => (await import('./kinds/user.js')).userKind,
  lock: async () => (await import('./kinds/lock.js')).lockKind,
  cert_authority: async () => (await import('./kinds/cert-authority.js')).certAuthorityKind,
  cluster_auth_preference: async () => (await import('./kinds/auth-preference.js')).authPreferenceKind,
  cluster_networking_config: async () => (await import('./kinds/cluster-config.js')).networkingConfigKind,
  session_recording_config: async () => (await import('./kinds/cluster-config.js')).recordingConfigKind,
  node: async () => (await import('./kinds/node.js')).nodeKind,
  proxy: async () => (await import('./kinds/proxy.js')).proxyKind,
  auth_server: async () => (await import('./kinds/auth-server.js')).authServerKind,
  trusted_cluster: async () => (await import('./kinds/trusted-cluster.js')).trustedClusterKind,
  remote_cluster: async () => (await import('./kinds/remote-cluster.js')).remoteClusterKind,
  github: async () => (await import('./kinds/github.js')).githubKind,
  oidc: async () => (await import('./kinds/oidc.js')).oidcKind,
  saml: async () => (await import('./kinds/saml.js')).samlKind,
  connectors: async () => (await import('./kinds/connectors.js')).connectorsKind,
  semaphore: async () => (await import('./kinds/semaphore.js')).semaphoreKind,
  namespace: async () => (await import('./kinds/namespace.js')).namespaceKind,
  installer: async () => (await import('./kinds/installer.js')).installerKind,
  access_list: async () => (await import('./kinds/access-list.js')).accessListKind,
  workload_identity: async () => (await import('./kinds/workload-identity.js')).workloadIdentityKind,
  cluster_maintenance_config: async () => (await import('./kinds/cluster-maintenance-config.js')).maintenanceConfigKind,
  ui_config: async () => (await import('./kinds/ui-config.js')).uiConfigKind,
  autoupdate_config: async () => (await import('./kinds/autoupdate-config.js')).autoupdateConfigKind,
  autoupdate_version: async () => (await import('./kinds/autoupdate-version.js')).autoupdateVersionKind,
  autoupdate_agent_rollout: async () => (await import('./kinds/autoupdate-agent-rollout.js')).autoupdateRolloutKind,
};

/**
 * Loads what is known of a kind, found by its name or an alias, and its messages.
 * @throws CodedError `unknown_kind`, or `unsupported_kind` for a kind that only the real tool handles.
 */
export async function loadKind(name: string): Promise<KindDefinition> {
  const { kind } = kindInfo(name);
  const load = LOADERS[kind];
  if (!load) throw new Error(`no loader for the kind ${kind}`);
  return load();
}
