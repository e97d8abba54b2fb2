/** What a rule allows to do with resources of a kind. `readnosecrets` is `read` without private keys. */
export type Verb = 'list' | 'create' | 'read' | 'readnosecrets' | 'update' | 'delete';

export const READ_ONLY: readonly Verb[] = ['list', 'read'];
export const READ_WRITE: readonly Verb[] = ['list', 'create', 'read', 'update', 'delete'];

/** The part of a role's rule that decides about access to resources. */
export interface AccessRule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** A condition on the resource; empty = always. */
  readonly where: string;
}

export interface AccessRules {
  readonly allow: readonly AccessRule[];
  readonly deny: readonly AccessRule[];
}

const WILDCARD = '*';

/**
 * What everybody who belongs to the cluster may do, whatever their roles say (join §7, default-implicit-role).
 */
export const IMPLICIT_RULES: AccessRules = {
  allow: [
    {
      resources: [
        'node',
        'proxy',
        'auth_server',
        'tunnel',
        'cluster_auth_preference',
        'cluster_name',
        'ssh_session',
        'app_server',
        'app',
        'db',
        'db_server',
        'kube_server',
        'kube_cluster',
        'windows_desktop',
        'windows_desktop_service',
        'dynamic_windows_desktop',
        'remote_cluster',
        'vnet_config',
        'spiffe_federation',
        'saml_idp_service_provider',
        'git_server',
      ],
      verbs: READ_ONLY,
      where: '',
    },
    { resources: ['cert_authority'], verbs: ['list', 'readnosecrets'], where: '' },
    { resources: ['usage_event'], verbs: ['create'], where: '' },
  ],
  deny: [],
};

/**
 * Decides by rules alone: a deny rule wins, then an allow rule is needed.
 * Conditions (`where`) are not evaluated: an allow rule that has one allows nothing, a deny rule denies always,
 * so that a condition never opens more than it should. The presets' only condition is about sessions, which this
 * cluster does not have.
 */
export function rulesAllow(roles: readonly AccessRules[], kind: string, verb: Verb): boolean {
  if (roles.some(({ deny }) => deny.some((rule) => covers(rule, kind, verb)))) return false;
  return roles.some(({ allow }) => allow.some((rule) => rule.where === '' && covers(rule, kind, verb)));
}

function covers({ resources, verbs }: AccessRule, kind: string, verb: Verb): boolean {
  if (!resources.includes(kind) && !resources.includes(WILDCARD)) return false;
  if (verbs.includes(WILDCARD) || verbs.includes(verb)) return true;
  return verb === 'readnosecrets' && verbs.includes('read');
}
