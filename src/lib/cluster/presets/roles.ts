import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { RoleConditionsSchema } from '../../gen/types/role_conditions_pb.js';
import type { RoleOptionsSchema } from '../../gen/types/role_options_pb.js';
import { type RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { withRoleDefaults } from '../../resources/kinds/index.js';
import { READ_ONLY, READ_WRITE } from '../auth/rules.js';
import { AUDITOR, EDITOR, type Grants, TERRAFORM_PROVIDER } from './grants.js';

interface Spec {
  options?: MessageInitShape<typeof RoleOptionsSchema>;
  allow: MessageInitShape<typeof RoleConditionsSchema>;
}
type Rule = { resources: string[]; verbs: string[]; where?: string };

const ANY = { labels: { '*': { values: ['*'] } } };
const MAX_SESSION_TTL = 30n * 3600n * 1_000_000_000n;

const CONNECTION_OPTIONS = {
  maxSessionTtl: MAX_SESSION_TTL,
  forwardAgent: true,
  sshPortForwarding: { local: { enabled: { value: true } }, remote: { enabled: { value: true } } },
};

/** The roles that every new cluster has, as the community edition's (join §7). */
export function presetRoles(): RoleV6[] {
  return [
    preset('editor', 'Edit cluster configuration', {
      options: { ...CONNECTION_OPTIONS, recordSession: { desktop: { value: false } } },
      allow: { namespaces: ['default'], rules: rulesOf(EDITOR) },
    }),
    preset('access', 'Access cluster resources', accessSpec()),
    preset('auditor', 'Review cluster events and replay sessions', {
      options: { maxSessionTtl: MAX_SESSION_TTL, recordSession: { desktop: { value: false } } },
      allow: { namespaces: ['default'], rules: rulesOf(AUDITOR) },
    }),
    preset('terraform-provider', 'Default Terraform provider role', {
      allow: {
        appLabels: ANY,
        dbLabels: ANY,
        nodeLabels: ANY,
        windowsDesktopLabels: ANY,
        rules: rulesOf(TERRAFORM_PROVIDER),
      },
    }),
    preset('wildcard-workload-identity-issuer', 'Issue workload identities', {
      allow: { workloadIdentityLabels: ANY, rules: [{ resources: ['workload_identity'], verbs: [...READ_ONLY] }] },
    }),
  ];
}

function accessSpec(): Spec {
  return {
    options: { ...CONNECTION_OPTIONS, recordSession: { desktop: { value: true } } },
    allow: {
      namespaces: ['default'],
      logins: ['{{internal.logins}}'],
      nodeLabels: ANY,
      appLabels: ANY,
      kubernetesLabels: ANY,
      dbLabels: ANY,
      dbServiceLabels: ANY,
      windowsDesktopLabels: ANY,
      kubernetesGroups: ['{{internal.kubernetes_groups}}'],
      kubernetesUsers: ['{{internal.kubernetes_users}}'],
      kubernetesResources: [{ kind: '*', namespace: '*', name: '*', verbs: ['*'] }],
      dbNames: ['{{internal.db_names}}'],
      dbUsers: ['{{internal.db_users}}'],
      dbRoles: ['{{internal.db_roles}}'],
      awsRoleArns: ['{{internal.aws_role_arns}}'],
      azureIdentities: ['{{internal.azure_identities}}'],
      gcpServiceAccounts: ['{{internal.gcp_service_accounts}}'],
      windowsDesktopLogins: ['{{internal.windows_logins}}'],
      githubPermissions: [{ orgs: ['{{internal.github_orgs}}'] }],
      rules: [
        { resources: ['event'], verbs: [...READ_ONLY] },
        {
          resources: ['session'],
          verbs: ['read', 'list'],
          where: 'contains(session.participants, user.metadata.name)',
        },
        { resources: ['instance'], verbs: [...READ_ONLY] },
        { resources: ['cluster_maintenance_config'], verbs: [...READ_ONLY] },
      ],
    },
  };
}

function preset(name: string, description: string, spec: Spec): RoleV6 {
  const metadata = {
    name,
    namespace: 'default',
    description,
    labels: { 'teleport.internal/resource-type': 'preset' },
  };
  return withRoleDefaults(create(RoleV6Schema, { kind: 'role', version: 'v7', metadata, spec: { ...spec, deny: {} } }));
}

function rulesOf(grants: Grants): Rule[] {
  return grants.flatMap(({ access, kinds, more = [] }) => {
    const verbs = access === 'write' ? READ_WRITE : READ_ONLY;
    return kinds.map((kind) => ({ resources: [kind], verbs: [...verbs, ...more] }));
  });
}
