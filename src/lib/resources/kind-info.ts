import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

/** What `tctl` can do with resources of a kind (cli §5). */
export interface KindVerbs {
  readonly list: boolean;
  readonly get: boolean;
  readonly create: boolean;
  readonly remove: boolean;
}

/**
 * How a reference names one resource: `kind/name`, `kind/a/b` with the name `a/b`, `kind/type/name`, `kind/owner/name`
 * (there `kind/owner` stands for all of that owner), or not at all.
 */
export type NameForm = 'name' | 'joined' | 'type-and-name' | 'owner-and-name' | 'singleton';

/** What can be said of a kind without loading its messages, which takes longer than a whole short command should. */
export interface KindInfo {
  readonly kind: string;
  /** Other names that references may use, besides the kind itself (cli §5). */
  readonly aliases: readonly string[];
  readonly nameForm: NameForm;
  /** A cluster has one resource of the kind, under a fixed name. */
  readonly singleton: boolean;
  readonly verbs: KindVerbs;
  /** Versions that a document may state. With '' among them the version may be missing. */
  readonly versions: readonly string[];
}

export const ROLE_VERSIONS = ['v3', 'v4', 'v5', 'v6', 'v7', 'v8'];

const ALL_VERBS: KindVerbs = { list: true, get: true, create: true, remove: true };

/** Every kind of resource that this tool handles. */
export const kinds: readonly KindInfo[] = [
  collection('bot', ['bots'], ['v1', '']),
  {
    ...collection('bot_instance', ['bot_instances'], ['v1'], 'owner-and-name'),
    verbs: { ...ALL_VERBS, create: false },
  },
  collection('token', ['tokens'], ['v2']),
  collection('role', ['roles'], ROLE_VERSIONS),
  collection('user', ['users'], ['v2']),
  collection('lock', ['locks'], ['v2', ''], 'joined'),
  collection('cert_authority', ['cert_authorities', 'cas'], ['v2', ''], 'type-and-name'),
  singleton('cluster_auth_preference', ['cluster_authentication_preferences', 'cluster_auth_preferences', 'cap']),
  singleton('cluster_networking_config', ['networking_config', 'networking', 'net_config', 'netconfig']),
  singleton('session_recording_config', ['recording_config', 'session_recording', 'rec_config', 'recconfig']),
];

function collection(kind: string, aliases: string[], versions: string[], nameForm: NameForm = 'name'): KindInfo {
  return { kind, aliases, nameForm, singleton: false, verbs: ALL_VERBS, versions };
}

function singleton(kind: string, aliases: string[]): KindInfo {
  return {
    kind,
    aliases,
    nameForm: 'singleton',
    singleton: true,
    verbs: { ...ALL_VERBS, list: false },
    versions: ['v2', ''],
  };
}

const byName = new Map(kinds.flatMap((info) => [info.kind, ...info.aliases].map((name) => [name, info] as const)));

/** Kinds of a Teleport cluster that only the real tool handles (cli §5); other spellings of them are left out. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['access_list', 'access_monitoring_rule', 'access_request', 'app', 'app_server', 'audit_query', 'auth_server'],
  ...['autoupdate_agent_rollout', 'autoupdate_config', 'autoupdate_version', 'cluster_maintenance_config'],
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
export function kindInfo(name: string): KindInfo {
  const wanted = name.toLowerCase();
  const info = byName.get(wanted);
  if (info) return info;
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
