import type { RoleConditions } from '../../gen/types/role_conditions_pb.js';
import type { RoleOptions } from '../../gen/types/role_options_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { ROLE_VERSIONS } from '../kind-info.js';
import { validateMetadata } from '../metadata.js';
import { type FieldPath, type FieldProblem, notAccepted, notOneOf } from '../problems.js';
import { SYSTEM_ROLES } from '../system-roles.js';
import { validateKubernetesResources } from './role-kubernetes.js';

/** The rules for a role that need no cluster (wire §5.4). Where-expressions are left to the server. */
export function validateRole(role: RoleV6): FieldProblem[] {
  const problems = validateMetadata(role.metadata);
  if (!ROLE_VERSIONS.includes(role.version)) problems.push(notAccepted(['version'], role.version, ROLE_VERSIONS));
  if (SYSTEM_ROLES.some((name) => name === role.metadata?.name)) {
    problems.push({
      path: ['metadata', 'name'],
      message: 'this is the name of a built-in system role; choose another',
    });
  }
  const { options, allow, deny } = role.spec ?? {};
  if (options) problems.push(...validateOptions(options, role.version));
  if (allow) problems.push(...validateAllow(allow), ...validateConditions(allow, ['spec', 'allow'], role.version));
  if (deny) problems.push(...validateConditions(deny, ['spec', 'deny'], role.version));
  if (deny?.impersonate?.where) {
    problems.push({ path: ['spec', 'deny', 'impersonate', 'where'], message: 'a deny rule takes no condition here' });
  }
  return problems;
}

function validateOptions(options: RoleOptions, version: string): FieldProblem[] {
  const path = ['spec', 'options'];
  const events = ['command', 'disk', 'network'];
  const problems = options.enhancedRecording.flatMap((event, index) =>
    events.includes(event) ? [] : [notOneOf([...path, 'enhanced_recording', index], event, events)],
  );
  const modes = ['strict', 'best_effort'];
  if (options.lock && !modes.includes(options.lock)) problems.push(notOneOf([...path, 'lock'], options.lock, modes));
  if (options.portForwarding && options.sshPortForwarding) {
    problems.push({
      path: [...path, 'ssh_port_forwarding'],
      message: 'ssh_port_forwarding and port_forwarding exclude each other',
    });
  }
  if (options.idp && version === 'v8')
    problems.push({ path: [...path, 'idp'], message: 'roles of version v8 do not take this' });
  return problems;
}

function validateAllow(allow: RoleConditions): FieldProblem[] {
  const path = ['spec', 'allow'];
  const noWildcard = {
    logins: allow.logins,
    aws_role_arns: allow.awsRoleArns,
    azure_identities: allow.azureIdentities,
    gcp_service_accounts: allow.gcpServiceAccounts,
    db_roles: allow.dbRoles,
  };
  const wildcards = Object.entries(noWildcard).flatMap(([field, values]) =>
    values.flatMap((value, index) =>
      value === '*' ? [{ path: [...path, field, index], message: '"*" is not allowed here' }] : [],
    ),
  );
  const selectors = {
    node_labels: allow.nodeLabels,
    app_labels: allow.appLabels,
    kubernetes_labels: allow.kubernetesLabels,
    db_labels: allow.dbLabels,
    windows_desktop_labels: allow.windowsDesktopLabels,
    group_labels: allow.groupLabels,
    workload_identity_labels: allow.workloadIdentityLabels,
  };
  const badSelectors = Object.entries(selectors).flatMap(([field, labels]) => {
    const values = labels?.labels['*']?.values;
    if (!values || (values.length === 1 && values[0] === '*')) return [];
    return [{ path: [...path, field, '*'], message: 'the key "*" takes the single value "*" only' }];
  });
  return [...wildcards, ...badSelectors];
}

function validateConditions(conditions: RoleConditions, path: FieldPath, version: string): FieldProblem[] {
  const problems = conditions.rules.flatMap((rule, index) =>
    (['resources', 'verbs'] as const)
      .filter((field) => rule[field].length === 0)
      .map((field) => ({ path: [...path, 'rules', index, field], message: 'at least one is required' })),
  );
  const { impersonate } = conditions;
  if (impersonate && impersonate.users.length > 0 && impersonate.roles.length === 0) {
    problems.push({
      path: [...path, 'impersonate', 'roles'],
      message: 'users can be impersonated with roles only; name some',
    });
  }
  const kubernetes = [...path, 'kubernetes_resources'];
  return [...problems, ...validateKubernetesResources(conditions.kubernetesResources, kubernetes, version)];
}
