import { DATABASE_FORMATS } from './service-config.js';

/** What a key of the configuration holds. Enumerations may be written as YAML booleans where `on` and `off` are meant. */
export type ValueType =
  | 'string'
  | 'bool'
  | 'duration'
  | 'strings'
  /** Whatever stands there. */
  | 'any'
  /** A map of texts. */
  | 'labels'
  | { readonly oneOf: readonly string[] }
  | { readonly fields: Fields }
  | { readonly listOf: Fields | 'any' }
  /** A map with a `type` that decides its other keys. */
  | { readonly variants: Variants }
  | { readonly variantList: Variants };

export interface Field {
  readonly type: ValueType;
  readonly required?: boolean;
}
export type Fields = Readonly<Record<string, Field>>;

export interface Variants {
  /** By the value of `type`. */
  readonly known: Readonly<Record<string, Fields>>;
  /** Types of the real tool that this one does not have. */
  readonly foreign: readonly string[];
}

const optional = (type: ValueType): Field => ({ type });
const required = (type: ValueType): Field => ({ type, required: true });

/** All join methods of the real tool (tbot §1.3, §12). */
export const JOIN_METHODS = [
  'azure',
  'azure_devops',
  'bitbucket',
  'circleci',
  'env0',
  'gcp',
  'generic_oidc',
  'github',
  'gitlab',
  'iam',
  'kubernetes',
  'oracle',
  'spacelift',
  'token',
  'tpm',
  'terraform_cloud',
  'bound_keypair',
] as const;

export const DIRECTORY: Fields = {
  path: required('string'),
  symlinks: optional({ oneOf: ['insecure', 'try-secure', 'secure'] }),
  acls: optional({ oneOf: ['off', 'try', 'required'] }),
  readers: optional({ listOf: { user: optional('string'), group: optional('string') } }),
};

const DESTINATIONS: Variants = {
  known: {
    directory: DIRECTORY,
    memory: {},
  },
  foreign: ['kubernetes_secret'],
};

const LIFETIME: Fields = { credential_ttl: optional('duration'), renewal_interval: optional('duration') };
const BASE: Fields = {
  name: optional('string'),
  destination: required({ variants: DESTINATIONS }),
  on_renew: optional('strings'),
  ...LIFETIME,
};
const OUTPUT: Fields = { ...BASE, roles: optional('strings') };

const KUBERNETES_SELECTOR: Fields = {
  name: optional('string'),
  labels: optional('labels'),
  default_namespace: optional('string'),
};

export const SERVICES: Variants = {
  known: {
    identity: {
      ...OUTPUT,
      cluster: optional('string'),
      ssh_config: optional({ oneOf: ['on', 'off'] }),
      allow_reissue: optional('bool'),
    },
    ssh_host: { ...OUTPUT, principals: required('strings') },
    application: { ...OUTPUT, app_name: required('string'), specific_tls_naming: optional('bool') },
    database: {
      ...OUTPUT,
      service: required('string'),
      database: optional('string'),
      username: optional('string'),
      format: optional({ oneOf: DATABASE_FORMATS }),
    },
    kubernetes: { ...OUTPUT, kubernetes_cluster: required('string'), disable_exec_plugin: optional('bool') },
    'kubernetes/v2': {
      ...BASE,
      selectors: required({ listOf: KUBERNETES_SELECTOR }),
      disable_exec_plugin: optional('bool'),
      context_name_template: optional('string'),
    },
  },
  foreign: [
    'application-tunnel',
    'application-proxy',
    'database-tunnel',
    'kubernetes/argo-cd',
    'ssh-multiplexer',
    'spiffe-svid',
    'spiffe-workload-api',
    'workload-identity-x509',
    'workload-identity-jwt',
    'workload-identity-api',
    'workload-identity-aws-roles-anywhere',
    'example',
  ],
};

const ONBOARDING: Fields = {
  token: optional('string'),
  ca_path: optional('string'),
  ca_pins: optional('strings'),
  join_method: optional({ oneOf: JOIN_METHODS }),
  azure: optional({ fields: { client_id: optional('string') } }),
  terraform: optional({ fields: { audience_tag: optional('string') } }),
  gitlab: optional({ fields: { token_env_var_name: optional('string') } }),
  kubernetes: optional({ fields: { token_path: optional('string') } }),
  generic_oidc: optional({
    fields: { env: optional('string'), command: optional('strings'), timeout: optional('duration') },
  }),
  bound_keypair: optional({
    fields: {
      registration_secret: optional('string'),
      registration_secret_path: optional('string'),
      static_private_key_path: optional('string'),
    },
  }),
};

/** Every key of a version 2 configuration (tbot §2). */
export const CONFIG: Fields = {
  version: required({ oneOf: ['v2'] }),
  onboarding: optional({ fields: ONBOARDING }),
  storage: optional({ variants: DESTINATIONS }),
  outputs: optional({ variantList: SERVICES }),
  services: optional({ variantList: SERVICES }),
  debug: optional('bool'),
  auth_server: optional('string'),
  proxy_server: optional('string'),
  credential_ttl: optional('duration'),
  certificate_ttl: optional('duration'),
  renewal_interval: optional('duration'),
  oneshot: optional('bool'),
  fips: optional('bool'),
  diag_addr: optional('string'),
  insecure: optional('bool'),
};

/** Names of templates in version 1. */
export const TEMPLATES = [
  'ssh_client',
  'identity',
  'tls',
  'tls_cas',
  'mongo',
  'cockroach',
  'kubernetes',
  'ssh_host_cert',
] as const;

/** `directory` is a text or a map, `memory` true or an empty map. */
const PLACE_V1: Fields = { directory: optional('any'), memory: optional('any') };

/** Every key of a version 1 configuration (tbot §2.5). */
export const CONFIG_V1: Fields = {
  version: optional({ oneOf: ['v1', 'v2'] }),
  onboarding: optional({ fields: ONBOARDING }),
  debug: optional('bool'),
  auth_server: optional('string'),
  certificate_ttl: optional('duration'),
  renewal_interval: optional('duration'),
  oneshot: optional('bool'),
  fips: optional('bool'),
  diag_addr: optional('string'),
  storage: optional({ fields: PLACE_V1 }),
  destinations: optional({
    listOf: {
      ...PLACE_V1,
      roles: optional('strings'),
      configs: optional({ listOf: 'any' }),
      database: optional({
        fields: { service: required('string'), database: optional('string'), username: optional('string') },
      }),
      kubernetes_cluster: optional('string'),
      app: optional('string'),
      cluster: optional('string'),
    },
  }),
};
