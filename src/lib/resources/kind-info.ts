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
  /** A cluster has at most one resource of the kind, under a fixed name. */
  readonly singleton: boolean;
  /** What removal means: some settings cannot be missing and go back to their defaults. */
  readonly removal: 'delete' | 'reset';
  readonly verbs: KindVerbs;
  /** Versions that a document may state. With '' among them the version may be missing. */
  readonly versions: readonly string[];
}

/** Versions that a role may state; each has rules of its own. */
export const ROLE_VERSIONS = ['v3', 'v4', 'v5', 'v6', 'v7', 'v8'];

const WORKLOAD_IDENTITY_ALIASES = [
  'workload_identities',
  'workloadidentity',
  'workloadidentities',
  'workload_identitys',
  'workloadidentitys',
];

const EVERYTHING: KindVerbs = { list: true, get: true, create: true, remove: true };
const READ_AND_REMOVE: KindVerbs = { ...EVERYTHING, create: false };
const READ: KindVerbs = { ...READ_AND_REMOVE, remove: false };

/** Every kind of resource that this tool handles. */
export const kinds: readonly KindInfo[] = [
  collection('bot', ['bots'], ['v1', '']),
  collection('bot_instance', ['bot_instances'], ['v1'], { nameForm: 'owner-and-name', verbs: READ_AND_REMOVE }),
  collection('token', ['tokens'], ['v2']),
  collection('role', ['roles'], ROLE_VERSIONS),
  collection('user', ['users'], ['v2']),
  collection('lock', ['locks'], ['v2', ''], { nameForm: 'joined' }),
  collection('cert_authority', ['cert_authorities', 'cas'], ['v2', ''], { nameForm: 'type-and-name' }),
  collection('node', ['nodes'], ['v2']),
  collection('proxy', ['proxies'], ['v2'], { verbs: READ_AND_REMOVE }),
  collection('auth_server', ['auth_servers', 'auth'], ['v2'], { verbs: READ }),
  collection('trusted_cluster', ['tc', 'cluster', 'clusters'], ['v2']),
  collection('remote_cluster', ['remote_clusters', 'rc', 'rcs'], ['v3'], { verbs: READ_AND_REMOVE }),
  collection('github', [], ['v3'], { verbs: READ_AND_REMOVE }),
  collection('oidc', [], ['v3', 'v2'], { verbs: READ_AND_REMOVE }),
  collection('saml', [], ['v2'], { verbs: READ_AND_REMOVE }),
  collection('connectors', ['connector'], [], { verbs: READ }),
  collection('semaphore', ['semaphores', 'sem', 'sems'], ['v3'], { nameForm: 'type-and-name', verbs: READ_AND_REMOVE }),
  collection('namespace', ['namespaces', 'ns'], ['v2'], { verbs: READ }),
  collection('installer', [], ['v1']),
  collection('access_list', ['access_lists', 'accesslist', 'accesslists'], ['v1', '']),
  collection('workload_identity', WORKLOAD_IDENTITY_ALIASES, ['v1']),
  setting('cluster_auth_preference', ['cluster_authentication_preferences', 'cluster_auth_preferences', 'cap']),
  setting('cluster_networking_config', ['networking_config', 'networking', 'net_config', 'netconfig']),
  setting('session_recording_config', ['recording_config', 'session_recording', 'rec_config', 'recconfig']),
  single('cluster_maintenance_config', ['cmc']),
  single('ui_config', ['ui']),
  single('autoupdate_config', []),
  single('autoupdate_version', []),
  single('autoupdate_agent_rollout', []),
];

function collection(
  kind: string,
  aliases: string[],
  versions: string[],
  { nameForm = 'name', verbs = EVERYTHING }: { nameForm?: NameForm; verbs?: KindVerbs } = {},
): KindInfo {
  return { kind, aliases, nameForm, singleton: false, removal: 'delete', verbs, versions };
}

/** A setting that every cluster has. */
function setting(kind: string, aliases: string[]): KindInfo {
  return { ...single(kind, aliases), removal: 'reset', versions: ['v2', ''] };
}

/** A resource of which a cluster has one or none. */
function single(kind: string, aliases: string[]): KindInfo {
  const verbs = { ...EVERYTHING, list: false };
  return { kind, aliases, nameForm: 'singleton', singleton: true, removal: 'delete', verbs, versions: ['v1', ''] };
}

const byName = new Map(kinds.flatMap((info) => [info.kind, ...info.aliases].map((name) => [name, info] as const)));

/** Kinds of a Teleport cluster that only the real tool handles (cli §5). */
const ELSEWHERE = [
  ...['access_graph_settings', 'access_monitoring_rule', 'access_request', 'app', 'app_server', 'audit_query'],
  ...['crown_jewel', 'database_object', 'database_object_import_rule', 'db', 'db_object', 'db_object_import_rule'],
  ...['db_server', 'db_service', 'device', 'discovery_config', 'dynamic_windows_desktop', 'external_audit_storage'],
  ...['git_server', 'health_check_config', 'integration', 'kube_cluster', 'kube_server', 'login_rule'],
  ...['network_restrictions', 'okta_assignment', 'okta_import_rule', 'plugin', 'saml_idp_service_provider'],
  ...['security_report', 'server_info', 'sigstore_policy', 'spiffe_federation', 'static_host_user', 'tunnel'],
  ...['user_group', 'user_task', 'vnet_config', 'windows_desktop', 'windows_desktop_service'],
  ...['workload_identity_x509_issuer_override', 'workload_identity_x509_revocation'],
];

/** Other names of those, besides the ones with an `s` at the end. */
const ELSEWHERE_ALIASES = [
  ...['accessrequest', 'ags', 'discoveryconfig', 'dynamic_desktop', 'dynamic_win_desktop', 'hcc', 'host_user'],
  ...['oktaassignment', 'oktaimportrule', 'reverse_tunnel', 'rts', 'saml_sp', 'sigstore_policies', 'sigstorepolicy'],
  ...['sigstorepolicies', 'usergroup', 'win_desktop', 'win_desktop_service', 'win_service', 'windows_service'],
];

const elsewhere = new Set([...ELSEWHERE, ...ELSEWHERE_ALIASES]);

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
  const suggestion = nearest(wanted, [...byName.keys(), ...elsewhere]);
  throw new CodedError('unknown_kind', `there is no kind of resource named ${JSON.stringify(name)}`, {
    hint: suggestion ? `did you mean ${suggestion}?` : `kinds: ${kindNames().join(', ')}`,
  });
}

/** Whether a kind exists in Teleport, though not in this tool. @param kind its name or an alias, in lower case */
export function isElsewhere(kind: string): boolean {
  return elsewhere.has(kind) || (kind.endsWith('s') && elsewhere.has(kind.slice(0, -1)));
}

/** The canonical names of all kinds. */
export function kindNames(): string[] {
  return kinds.map(({ kind }) => kind);
}
