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
