import { describe, expect, it } from '@jest/globals';
import { formatFieldPath, SYSTEM_ROLES } from '../../../src/lib/resources/index.js';
import { JOIN_METHODS, tokenKind, validateToken } from '../../../src/lib/resources/kinds/index.js';

function token(spec: object, metadata: object = {}) {
  const document = { kind: 'token', version: 'v2', metadata: { name: 't', ...metadata }, spec };
  const { message, problems } = tokenKind.fromDocument(document);
  expect(problems).toEqual([]);
  return message;
}

function wrongPaths(spec: object, metadata?: object): string[] {
  return validateToken(token(spec, metadata)).map(({ path }) => formatFieldPath(path));
}

const bot = { roles: ['Bot'], bot_name: 'b' };

/** For every method a block that is right. */
const GOOD: Record<string, object> = {
  token: {},
  ec2: { allow: [{ aws_account: '1' }] },
  iam: { allow: [{ aws_arn: 'arn' }] },
  github: { github: { allow: [{ repository: 'org/repo' }] } },
  circleci: { circleci: { organization_id: 'o', allow: [{ project_id: 'p' }] } },
  kubernetes: { kubernetes: { allow: [{ service_account: 'ns:name' }] } },
  azure: { azure: { allow: [{ subscription: 's' }] } },
  gitlab: { gitlab: { allow: [{ project_path: 'a/b' }] } },
  gcp: { gcp: { allow: [{ project_ids: ['p'] }] } },
  spacelift: { spacelift: { hostname: 'h.example', allow: [{ space_id: 's' }] } },
  tpm: { tpm: { allow: [{ ek_public_hash: 'aa' }] } },
  terraform_cloud: { terraform_cloud: { allow: [{ organization_id: 'o', project_id: 'p' }] } },
  bitbucket: { bitbucket: { audience: 'a', identity_provider_url: 'u', allow: [{ workspace_uuid: 'w' }] } },
  oracle: { oracle: { allow: [{ tenancy: 't' }] } },
  azure_devops: { azure_devops: { organization_id: 'o', allow: [{ project_name: 'p' }] } },
  env0: { env0: { allow: [{ organization_id: 'o', project_name: 'p' }] } },
  bound_keypair: { bound_keypair: { recovery: { mode: 'relaxed', limit: 3 } } },
};

describe('join tokens', () => {
  it.each(JOIN_METHODS.map((method) => [method]))('of method %s are taken when right', (method) => {
    expect(wrongPaths({ ...bot, join_method: method, ...GOOD[method] })).toEqual([]);
  });

  it.each(JOIN_METHODS.filter((method) => !['token', 'ec2', 'iam'].includes(method)).map((method) => [method]))(
    'of method %s need its block',
    (method) => {
      expect(wrongPaths({ ...bot, join_method: method })).toEqual([`spec.${method}`]);
    },
  );

  it.each([
    ['token', { allow: [{ aws_account: '1' }] }, ['spec.allow']],
    ['ec2', { allow: [{ aws_arn: 'a' }] }, ['spec.allow[0]', 'spec.allow[0].aws_arn']],
    ['ec2', {}, ['spec.allow']],
    [
      'iam',
      { allow: [{ aws_account: '1', aws_role: 'r', aws_regions: ['x'] }] },
      ['spec.allow[0].aws_role', 'spec.allow[0].aws_regions'],
    ],
    ['github', { github: { allow: [] } }, ['spec.github.allow']],
    ['github', { github: { allow: [{ actor: 'me' }] } }, ['spec.github.allow[0]']],
    [
      'github',
      { github: { enterprise_server_host: 'https://x', allow: [{ sub: 's' }] } },
      ['spec.github.enterprise_server_host'],
    ],
    [
      'github',
      { github: { enterprise_server_host: 'x', enterprise_slug: 'y', allow: [{ sub: 's' }] } },
      ['spec.github.enterprise_slug'],
    ],
    ['circleci', { circleci: { allow: [{ context_id: 'c' }] } }, ['spec.circleci.organization_id']],
    [
      'kubernetes',
      { kubernetes: { allow: [{ service_account: 'name' }] } },
      ['spec.kubernetes.allow[0].service_account'],
    ],
    [
      'kubernetes',
      { kubernetes: { type: 'static_jwks', allow: [{ service_account: 'a:b' }] } },
      ['spec.kubernetes.static_jwks.jwks'],
    ],
    [
      'kubernetes',
      { kubernetes: { static_jwks: { jwks: '{}' }, allow: [{ service_account: 'a:b' }] } },
      ['spec.kubernetes.static_jwks'],
    ],
    ['kubernetes', { kubernetes: { type: 'outside', allow: [{ service_account: 'a:b' }] } }, ['spec.kubernetes.type']],
    ['gitlab', { gitlab: { domain: 'https://x', allow: [{ sub: 's' }] } }, ['spec.gitlab.domain']],
    ['gcp', { gcp: { allow: [{ locations: ['x'] }] } }, ['spec.gcp.allow[0]']],
    [
      'tpm',
      { tpm: { ekcert_allowed_cas: ['nonsense'], allow: [{ ek_public_hash: 'a' }] } },
      ['spec.tpm.ekcert_allowed_cas[0]'],
    ],
    ['terraform_cloud', { terraform_cloud: { allow: [{ organization_id: 'o' }] } }, ['spec.terraform_cloud.allow[0]']],
    [
      'bitbucket',
      { bitbucket: { allow: [{ workspace_uuid: 'w' }] } },
      ['spec.bitbucket.audience', 'spec.bitbucket.identity_provider_url'],
    ],
    ['env0', { env0: { allow: [{ project_id: 'p' }] } }, ['spec.env0.allow[0]']],
    ['env0', { env0: { allow: [{ organization_id: 'o', env0_tag: 't' }] } }, ['spec.env0.allow[0]']],
    ['ec2', { allow: [{ aws_account: '1', aws_organization_id: 'o' }] }, ['spec.allow[0].aws_organization_id']],
    ['kubernetes', { kubernetes: { allow: [{ service_account_name: 'a*' }] } }, ['spec.kubernetes.allow[0]']],
    [
      'kubernetes',
      { kubernetes: { type: 'oidc', oidc: { issuer: 'http://x' }, allow: [{ service_account: 'a:b' }] } },
      ['spec.kubernetes.oidc.issuer'],
    ],
    [
      'kubernetes',
      { kubernetes: { type: 'oidc', allow: [{ service_account: 'a:b' }] } },
      ['spec.kubernetes.oidc.issuer'],
    ],
    [
      'oracle',
      { oracle: { allow: [{ tenancy: 't', instances: Array(101).fill('i') }] } },
      ['spec.oracle.allow[0].instances'],
    ],
    [
      'bound_keypair',
      { bound_keypair: { recovery: { mode: 'standart', limit: 1 } } },
      ['spec.bound_keypair.recovery.mode'],
    ],
  ])('of method %s are refused when wrong: %j', (method, block, paths) => {
    expect(wrongPaths({ ...bot, join_method: method, ...block })).toEqual(paths);
  });

  it.each([
    ['github', { github: { allow: [{ enterprise: 'e' }] } }],
    ['azure', { azure: { allow: [{ tenant: 't' }] } }],
    [
      'iam',
      { integration: 'aws', allow: [{ aws_organization_id: 'o', aws_organizational_units: { include: ['*'] } }] },
    ],
    ['kubernetes', { kubernetes: { allow: [{ service_account_name: 'a*', service_account_namespace: '*' }] } }],
    [
      'kubernetes',
      {
        kubernetes: {
          type: 'oidc',
          oidc: { issuer: 'http://x', insecure_allow_http_issuer: true },
          allow: [{ service_account: 'a:b' }],
        },
      },
    ],
  ])('of method %s may be in the form of newer releases: %j', (method, block) => {
    const spec = { ...bot, join_method: method, ...block };

    expect(wrongPaths(spec)).toEqual([]);
    expect(tokenKind.laterFields?.(token(spec))).not.toEqual([]);
  });

  it('name the fields that clusters of 18.0 do not know', () => {
    const later = (block: object) => tokenKind.laterFields?.(token({ ...bot, ...block }));

    expect(
      later({ join_method: 'github', github: { allow: [{ sub: 's', enterprise: 'e', enterprise_id: '1' }] } }),
    ).toEqual(['spec.github.allow[].enterprise', 'spec.github.allow[].enterprise_id']);
    for (const [method, block] of Object.entries(GOOD)) {
      expect(later({ join_method: method, ...block })).toEqual(method === 'env0' ? ['spec.env0'] : []);
    }
  });

  it('name the bot they are for, and only if they are for one', () => {
    expect(wrongPaths({ roles: ['Bot'] })).toEqual(['spec.bot_name']);
    expect(wrongPaths({ roles: ['Node'], bot_name: 'b' })).toEqual(['spec.bot_name']);
  });

  it('need roles, known ones, each once', () => {
    expect(wrongPaths({ roles: [] })).toEqual(['spec.roles']);
    expect(wrongPaths({ roles: ['Nope'] })).toEqual(['spec.roles[0]']);
    expect(wrongPaths({ roles: ['Node', 'node'] })).toEqual(['spec.roles[1]']);
    expect(wrongPaths({ roles: SYSTEM_ROLES.filter((role) => role !== 'Bot') })).toEqual([]);
  });

  it('have names and labels that a cluster can store', () => {
    expect(wrongPaths(bot, { name: 'a/b' })).toEqual(['metadata.name']);
    expect(wrongPaths(bot, { name: '..' })).toEqual(['metadata.name']);
    expect(wrongPaths(bot, { labels: { 'a b': 'x' } })).toEqual(['metadata.labels["a b"]']);
    expect(wrongPaths(bot, { labels: { 'teleport.dev/origin': 'nowhere' } })).toEqual([
      'metadata.labels["teleport.dev/origin"]',
    ]);
    expect(wrongPaths(bot, { namespace: 'other' })).toEqual(['metadata.namespace']);
  });

  it('get the defaults of their method', () => {
    const defaults = (spec: object) => tokenKind.toDocument(tokenKind.withDefaults(token({ ...bot, ...spec }))).spec;
    expect(defaults({ roles: ['bot', 'trustedcluster'] })).toMatchObject({
      roles: ['Bot', 'Trusted_cluster'],
      join_method: 'token',
    });
    expect(defaults({ allow: [{ aws_account: '1' }] })).toMatchObject({ join_method: 'ec2', aws_iid_ttl: '5m0s' });
    expect(defaults({ join_method: 'gitlab', gitlab: {} })).toMatchObject({ gitlab: { domain: 'gitlab.com' } });
    expect(defaults({ join_method: 'kubernetes', kubernetes: {} })).toMatchObject({
      kubernetes: { type: 'in_cluster' },
    });
  });
});
