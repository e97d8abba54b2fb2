import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import type { KindDefinition } from './kind-definition.js';
import { authPreferenceKind } from './kinds/auth-preference.js';
import { botKind } from './kinds/bot.js';
import { certAuthorityKind } from './kinds/cert-authority.js';
import { networkingConfigKind, recordingConfigKind } from './kinds/cluster-config.js';
import { lockKind } from './kinds/lock.js';
import { roleKind } from './kinds/role.js';
import { tokenKind } from './kinds/token.js';
import { userKind } from './kinds/user.js';

/** Every kind of resource that this tool handles. */
export const kinds: readonly KindDefinition[] = [
  botKind,
  tokenKind,
  roleKind,
  userKind,
  lockKind,
  certAuthorityKind,
  authPreferenceKind,
  networkingConfigKind,
  recordingConfigKind,
];

const byName = new Map(kinds.flatMap((kind) => [kind.kind, ...kind.aliases].map((name) => [name, kind] as const)));

/** Kinds of a Teleport cluster that only the real tool handles (cli §5); other spellings of them are left out. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['access_list', 'access_monitoring_rule', 'access_request', 'app', 'app_server', 'audit_query', 'auth_server'],
  ...[
    'autoupdate_agent_rollout',
    'autoupdate_config',
    'autoupdate_version',
    'bot_instance',
    'cluster_maintenance_config',
  ],
  ...['connector', 'connectors', 'crown_jewel', 'db', 'db_object', 'db_object_import_rule', 'db_server', 'db_service'],
  ...['device', 'discovery_config', 'dynamic_windows_desktop', 'external_audit_storage', 'git_server', 'github'],
  ...['health_check_config', 'installer', 'integration', 'kube_cluster', 'kube_server', 'login_rule', 'namespace'],
  ...['network_restrictions', 'node', 'oidc', 'okta_assignment', 'okta_import_rule', 'plugin', 'proxy', 'proxies'],
  ...['remote_cluster', 'saml', 'saml_idp_service_provider', 'security_report', 'semaphore', 'server_info'],
  ...['sigstore_policy', 'spiffe_federation', 'static_host_user', 'trusted_cluster', 'tunnel', 'ui_config'],
  ...['user_group', 'user_task', 'vnet_config', 'windows_desktop', 'windows_desktop_service', 'workload_identity'],
  ...['workload_identity_x509_issuer_override', 'workload_identity_x509_revocation'],
]);

/**
 * Finds a kind by its name or an alias in any case, as references write it.
 * @throws CodedError `unknown_kind`, or `unsupported_kind` for a kind that only the real tool handles.
 */
export function kindDefinition(name: string): KindDefinition {
  const wanted = name.toLowerCase();
  const definition = byName.get(wanted);
  if (definition) return definition;
  if (isElsewhere(wanted)) {
    throw new CodedError(
      'unsupported_kind',
      `resources of kind ${JSON.stringify(wanted)} are not supported by this tool`,
      {
        hint: `use Teleport's own tctl for them; supported here: ${kindNames().join(', ')}`,
      },
    );
  }
  const suggestion = nearest(wanted, [...byName.keys(), ...ELSEWHERE]);
  throw new CodedError('unknown_kind', `there is no kind of resource named ${JSON.stringify(name)}`, {
    hint: suggestion ? `did you mean ${suggestion}?` : `kinds: ${kindNames().join(', ')}`,
  });
}

/** Whether a kind exists in Teleport, though not in this tool. */
export function isElsewhere(kind: string): boolean {
  return ELSEWHERE.has(kind) || (kind.endsWith('s') && ELSEWHERE.has(kind.slice(0, -1)));
}

/** The canonical names of all kinds. */
export function kindNames(): string[] {
  return kinds.map(({ kind }) => kind);
}
