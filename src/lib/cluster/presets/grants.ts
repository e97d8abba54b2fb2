/** Rules of a preset role in short: one rule per kind, in this order. */
export type Grants = readonly {
  /** `write` is list, create, read, update, delete; `read` is list, read. */
  access: 'read' | 'write';
  kinds: readonly string[];
  /** Verbs beyond those of `access`. */
  more?: readonly string[];
}[];

/** Administers everything but the authorities' keys. */
export const EDITOR: Grants = [
  {
    access: 'write',
    kinds: [
      'user',
      'role',
      'bot',
      'crown_jewel',
      'db_object_import_rule',
      'oidc',
      'saml',
      'github',
      'oidc_request',
      'saml_request',
      'github_request',
      'cluster_audit_config',
      'cluster_auth_preference',
      'auth_connector',
      'cluster_name',
      'cluster_networking_config',
      'session_recording_config',
      'external_audit_storage',
      'ui_config',
      'trusted_cluster',
      'remote_cluster',
      'token',
      'connection_diagnostic',
      'db',
      'database_certificate',
      'installer',
    ],
  },
  { access: 'write', kinds: ['device'], more: ['create_enroll_token', 'enroll'] },
  { access: 'read', kinds: ['db_service', 'instance'] },
  {
    access: 'write',
    kinds: [
      'login_rule',
      'saml_idp_service_provider',
      'user_group',
      'plugin',
      'okta_import_rule',
      'okta_assignment',
      'lock',
    ],
  },
  { access: 'write', kinds: ['integration'], more: ['use'] },
  { access: 'write', kinds: ['billing', 'cluster_alert', 'access_list', 'node', 'discovery_config'] },
  { access: 'write', kinds: ['security_report', 'audit_query'], more: ['use'] },
  {
    access: 'write',
    kinds: [
      'access_graph',
      'server_info',
      'access_monitoring_rule',
      'app_server',
      'vnet_config',
      'bot_instance',
      'access_graph_settings',
      'spiffe_federation',
      'notification',
      'static_host_user',
      'user_task',
      'aws_identity_center',
      'contact',
      'workload_identity',
      'autoupdate_version',
      'autoupdate_config',
    ],
  },
  { access: 'read', kinds: ['autoupdate_agent_rollout'] },
  {
    access: 'write',
    kinds: [
      'git_server',
      'workload_identity_x509_revocation',
      'health_check_config',
      'sigstore_policy',
      'workload_identity_x509_issuer_override',
      'workload_identity_x509_issuer_override_csr',
    ],
  },
];

/** Reads what happened, changes nothing. */
export const AUDITOR: Grants = [
  { access: 'read', kinds: ['session', 'event', 'session_tracker', 'cluster_alert', 'instance'] },
  { access: 'read', kinds: ['security_report', 'audit_query'], more: ['use'] },
  { access: 'read', kinds: ['bot_instance', 'notification'] },
];

/** Everything that Teleport's Terraform provider manages. */
export const TERRAFORM_PROVIDER: Grants = [
  {
    access: 'write',
    kinds: [
      'access_list',
      'app',
      'cluster_auth_preference',
      'cluster_maintenance_config',
      'cluster_networking_config',
      'db',
      'device',
      'github',
      'login_rule',
      'node',
      'oidc',
      'okta_import_rule',
      'role',
      'saml',
      'session_recording_config',
      'token',
      'trusted_cluster',
      'user',
      'bot',
      'installer',
      'access_monitoring_rule',
      'dynamic_windows_desktop',
      'static_host_user',
      'workload_identity',
      'git_server',
      'autoupdate_config',
      'autoupdate_version',
      'health_check_config',
    ],
  },
];
