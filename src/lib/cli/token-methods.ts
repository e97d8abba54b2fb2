/** A field of a join method's block, as a flag offers it: what it says, and how its value is written. */
interface Field {
  summary: string;
  /** `list`: comma list or repeated. `switch`: true or false. `file`: a path whose text is the value. Otherwise plain. */
  form?: 'list' | 'switch' | 'file';
}

/** What the flags of `tokens configure METHOD` say: all fields of wire §4.5, flags being their names with `-` for `_`. */
export interface TokenMethod {
  /** Fields of the one rule that the flags describe. */
  rule: Readonly<Record<string, Field>>;
  /** The field of which several may be given, each making a rule of its own beside the other fields. */
  repeated?: string;
  /** Fields of the block beside its rules. */
  block?: Readonly<Record<string, Field>>;
  /** The rules stand in `spec.allow`, not in a block of the method's name. */
  inline?: true;
}

const ref = { summary: 'Branch or tag, for example refs/heads/main' };
const refType = { summary: 'Kind of ref: branch or tag' };
const jwks: Field = {
  summary: 'File with the public keys (JWKS) of the issuer, where the cluster cannot reach it',
  form: 'file',
};

export const TOKEN_METHODS = {
  github: {
    repeated: 'repository',
    rule: {
      repository: { summary: 'Repository, as OWNER/NAME' },
      repository_owner: { summary: 'Owner of the repository' },
      workflow: { summary: 'Name of the workflow' },
      environment: { summary: 'Name of the environment of the job' },
      actor: { summary: 'Account that started the workflow' },
      ref,
      ref_type: refType,
      sub: { summary: 'Subject of the token, in which GitHub joins several of these' },
      enterprise: { summary: 'Name of the enterprise' },
      enterprise_id: { summary: 'ID of the enterprise' },
    },
    block: {
      enterprise_server_host: { summary: 'Host of a GitHub Enterprise Server' },
      enterprise_slug: { summary: 'Slug of an enterprise that has an issuer of its own' },
      static_jwks: jwks,
    },
  },
  gitlab: {
    repeated: 'project_path',
    rule: {
      project_path: { summary: 'Project, as GROUP/NAME; may have * and ?' },
      namespace_path: { summary: 'Group or user that the project belongs to; may have * and ?' },
      ref,
      ref_type: refType,
      ref_protected: { summary: 'Whether the ref is protected', form: 'switch' },
      pipeline_source: { summary: 'What started the pipeline, for example web or push' },
      environment: { summary: 'Environment of the job' },
      environment_protected: { summary: 'Whether the environment is protected', form: 'switch' },
      deployment_tier: { summary: 'Tier of the environment, for example production' },
      project_visibility: { summary: 'public, internal or private' },
      user_login: { summary: 'Account that started the pipeline' },
      user_id: { summary: 'Its ID' },
      user_email: { summary: 'Its e-mail address' },
      ci_config_ref_uri: { summary: 'Place of the pipeline definition' },
      ci_config_sha: { summary: 'Commit of the pipeline definition' },
      sub: { summary: 'Subject of the token; may have * and ?' },
    },
    block: { domain: { summary: 'Host of the GitLab instance; gitlab.com unless given' }, static_jwks: jwks },
  },
  kubernetes: {
    repeated: 'service_account',
    rule: {
      service_account: { summary: 'Service account, as NAMESPACE:NAME' },
      service_account_name: { summary: 'Name alone; may have * and ?' },
      service_account_namespace: { summary: 'Namespace of that name; may have * and ?' },
    },
    block: {
      oidc: { summary: 'Address of the issuer (OIDC) of a cluster that Teleport does not run in' },
      static_jwks: {
        summary:
          'File with the public keys (JWKS) of a cluster that Teleport does not run in ("kubectl get --raw /openid/v1/jwks")',
        form: 'file',
      },
    },
  },
  circleci: {
    repeated: 'project_id',
    rule: { project_id: { summary: 'ID of the project' }, context_id: { summary: 'ID of the context' } },
    block: { organization_id: { summary: 'ID of the organization; required' } },
  },
  gcp: {
    rule: {
      project_ids: { summary: 'IDs of the projects; required', form: 'list' },
      locations: { summary: 'Regions or zones', form: 'list' },
      service_accounts: { summary: 'E-mail addresses of service accounts', form: 'list' },
    },
  },
  azure: {
    repeated: 'subscription',
    rule: {
      subscription: { summary: 'ID of the subscription' },
      resource_groups: { summary: 'Names of resource groups', form: 'list' },
      tenant: { summary: 'ID of the tenant' },
    },
  },
  iam: {
    inline: true,
    repeated: 'aws_arn',
    rule: {
      aws_account: { summary: 'ID of the AWS account' },
      aws_arn: { summary: 'ARN of the caller; may have * and ?' },
      aws_organization_id: { summary: 'ID of the organization of the account' },
    },
  },
  ec2: {
    inline: true,
    rule: {
      aws_account: { summary: 'ID of the AWS account' },
      aws_role: { summary: 'ARN of the role that the cluster takes on to look at the instance' },
      aws_regions: { summary: 'Regions', form: 'list' },
    },
  },
  tpm: {
    repeated: 'ek_public_hash',
    rule: {
      ek_public_hash: { summary: 'Hash of the public endorsement key, as "tbot tpm identify" prints it' },
      ek_certificate_serial: { summary: 'Serial number of the endorsement certificate' },
      description: { summary: 'What machine that is' },
    },
    block: {
      ekcert_allowed_cas: { summary: 'File with certificates (PEM) of which one has to have signed', form: 'file' },
    },
  },
  terraform_cloud: {
    rule: {
      organization_name: { summary: 'Name of the organization' },
      organization_id: { summary: 'ID of the organization' },
      project_name: { summary: 'Name of the project' },
      project_id: { summary: 'ID of the project' },
      workspace_name: { summary: 'Name of the workspace' },
      workspace_id: { summary: 'ID of the workspace' },
      run_phase: { summary: 'plan or apply' },
    },
    block: {
      audience: { summary: 'Audience of the token; the name of the cluster unless given' },
      hostname: { summary: 'Host of a Terraform Enterprise' },
    },
  },
  bitbucket: {
    repeated: 'repository_uuid',
    rule: {
      workspace_uuid: { summary: 'UUID of the workspace, in braces' },
      repository_uuid: { summary: 'UUID of the repository, in braces' },
      deployment_environment_uuid: { summary: 'UUID of the deployment environment, in braces' },
      branch_name: { summary: 'Name of the branch' },
    },
    block: {
      audience: { summary: 'Audience, as the page OpenID Connect of the workspace shows it; required' },
      identity_provider_url: { summary: 'Identity provider, as the same page shows it; required' },
    },
  },
  spacelift: {
    repeated: 'caller_id',
    rule: {
      space_id: { summary: 'ID of the space' },
      caller_id: { summary: 'ID of the stack or module' },
      caller_type: { summary: 'stack or module' },
      scope: { summary: 'read or write' },
    },
    block: {
      hostname: { summary: 'Host of the account, for example example.app.spacelift.io; required' },
      enable_glob_matching: { summary: 'Whether * and ? stand for any text in space and caller', form: 'switch' },
    },
  },
  azure_devops: {
    repeated: 'project_name',
    rule: {
      project_name: { summary: 'Name of the project' },
      project_id: { summary: 'ID of the project' },
      pipeline_name: { summary: 'Name of the pipeline' },
      definition_id: { summary: 'ID of the pipeline definition' },
      repository_uri: { summary: 'Address of the repository' },
      repository_version: { summary: 'Commit' },
      repository_ref: { summary: 'Branch or tag, for example refs/heads/main' },
      sub: { summary: 'Subject of the token' },
    },
    block: { organization_id: { summary: 'ID of the organization; required' } },
  },
  oracle: {
    repeated: 'tenancy',
    rule: {
      tenancy: { summary: 'OCID of the tenancy; required' },
      parent_compartments: { summary: 'OCIDs of compartments', form: 'list' },
      regions: { summary: 'Regions', form: 'list' },
      instances: { summary: 'OCIDs of instances, at most 100', form: 'list' },
    },
  },
  env0: {
    repeated: 'project_name',
    rule: {
      organization_id: { summary: 'ID of the organization; required' },
      project_name: { summary: 'Name of the project' },
      project_id: { summary: 'ID of the project' },
      template_name: { summary: 'Name of the template' },
      template_id: { summary: 'ID of the template' },
      environment_name: { summary: 'Name of the environment' },
      environment_id: { summary: 'ID of the environment' },
      workspace_name: { summary: 'Name of the workspace' },
      deployment_type: { summary: 'Kind of deployment, for example deploy or destroy' },
      deployer_email: { summary: 'E-mail address of who started the deployment' },
      env0_tag: { summary: 'Value of ENV0_OIDC_TAG' },
    },
  },
} as const satisfies Readonly<Record<string, TokenMethod>>;

export type TokenMethodName = keyof typeof TOKEN_METHODS;
