import type { DescMessage } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { parseSystemRoles } from '../../../src/lib/actions/system-roles.js';
import { tokenDocument } from '../../../src/lib/cli/token-document.js';
import { TOKEN_METHODS, type TokenMethod, type TokenMethodName } from '../../../src/lib/cli/token-methods.js';
import { ProvisionTokenSpecV2Schema } from '../../../src/lib/gen/types/tokens_pb.js';
import { tokenKind } from '../../../src/lib/resources/kinds/index.js';

const NOW = new Date('2026-11-21T00:00:00Z');
const COMMON = { debug: false, insecure: false, apply: false, force: false, format: 'yaml' } as const;

function made(method: TokenMethodName, flags: object) {
  const document = tokenDocument(method, { ...COMMON, ...flags }, { parseRoles: parseSystemRoles, now: NOW });
  const { message, problems } = tokenKind.fromDocument(document);
  return { document, problems: [...problems, ...tokenKind.validate(message)] };
}

/** For each method the fewest flags that make a valid token, and the block that they make. */
const CASES: Record<TokenMethodName, [flags: object, block: object]> = {
  github: [
    { repository: ['a/b', 'a/c'], ref: 'refs/heads/main' },
    {
      allow: [
        { repository: 'a/b', ref: 'refs/heads/main' },
        { repository: 'a/c', ref: 'refs/heads/main' },
      ],
    },
  ],
  gitlab: [
    { 'project-path': ['g/p'], 'ref-protected': true, domain: 'gitlab.example.com' },
    { allow: [{ project_path: 'g/p', ref_protected: true }], domain: 'gitlab.example.com' },
  ],
  kubernetes: [{ 'service-account': ['apps:bot'] }, { type: 'in_cluster', allow: [{ service_account: 'apps:bot' }] }],
  circleci: [
    { 'organization-id': 'o', 'project-id': ['p'] },
    { allow: [{ project_id: 'p' }], organization_id: 'o' },
  ],
  gcp: [
    { 'project-ids': ['a,b', 'c'], locations: ['us-west1'] },
    { allow: [{ project_ids: ['a', 'b', 'c'], locations: ['us-west1'] }] },
  ],
  azure: [
    { subscription: ['s'], 'resource-groups': ['g'] },
    { allow: [{ subscription: 's', resource_groups: ['g'] }] },
  ],
  iam: [{ 'aws-account': '1', 'aws-arn': ['arn:x', 'arn:y'] }, {}],
  ec2: [{ 'aws-account': '1', 'aws-regions': ['us-west-1,us-east-1'] }, {}],
  tpm: [{ 'ek-public-hash': ['aa'] }, { allow: [{ ek_public_hash: 'aa' }] }],
  terraform_cloud: [
    { 'organization-name': 'o', 'project-name': 'p', audience: 'teleport' },
    { allow: [{ organization_name: 'o', project_name: 'p' }], audience: 'teleport' },
  ],
  bitbucket: [
    { 'repository-uuid': ['{1}'], audience: 'a', 'identity-provider-url': 'https://x' },
    { allow: [{ repository_uuid: '{1}' }], audience: 'a', identity_provider_url: 'https://x' },
  ],
  spacelift: [
    { hostname: 'h', 'space-id': 'root' },
    { allow: [{ space_id: 'root' }], hostname: 'h' },
  ],
  azure_devops: [
    { 'organization-id': 'o', 'project-name': ['p'] },
    { allow: [{ project_name: 'p' }], organization_id: 'o' },
  ],
  env0: [
    { 'organization-id': 'o', 'project-name': ['p', 'q'] },
    {
      allow: [
        { project_name: 'p', organization_id: 'o' },
        { project_name: 'q', organization_id: 'o' },
      ],
    },
  ],
  oracle: [{ tenancy: ['t'], regions: ['r'] }, { allow: [{ tenancy: 't', regions: ['r'] }] }],
};

/** The two methods of AWS share a rule, of which each takes its part; parts of organizations are no plain text. */
const NOT_OFFERED: Record<string, string[]> = {
  iam: ['aws_regions', 'aws_role', 'aws_organizational_units'],
  ec2: ['aws_arn', 'aws_organization_id', 'aws_organizational_units'],
};

function messageOf(parent: DescMessage, name: string): DescMessage {
  const message = parent.fields.find((field) => field.name === name)?.message;
  if (!message) throw new Error(`no message ${name}`);
  return message;
}

describe('a token from flags', () => {
  it.each(Object.entries(CASES))('of the method %s is valid', (method, [flags, block]) => {
    const { document, problems } = made(method as TokenMethodName, { ...flags, 'bot-name': 'my bot' });

    expect(problems).toEqual([]);
    expect(document).toMatchObject({
      metadata: { name: `my-bot-${method.replaceAll('_', '-')}` },
      spec: { roles: ['Bot'], bot_name: 'my bot', join_method: method },
    });
    expect((document.spec as Record<string, object>)[method] ?? {}).toEqual(block);
  });

  it.each(Object.keys(CASES))('of the method %s without rules is refused', (method) => {
    const { problems } = made(method as TokenMethodName, { 'bot-name': 'x' });

    expect(problems.some(({ message }) => /required/.test(message))).toBe(true);
  });

  it.each(Object.keys(CASES))('of the method %s can have every field that there is', (method) => {
    const form: TokenMethod = TOKEN_METHODS[method as TokenMethodName];
    const block = form.inline ? ProvisionTokenSpecV2Schema : messageOf(ProvisionTokenSpecV2Schema, method);
    const beside = form.inline ? [] : block.fields.map(({ name }) => name);

    const fields = [...messageOf(block, 'allow').fields.map(({ name }) => name), ...beside];
    const offered = new Set([...Object.keys(form.rule), ...Object.keys(form.block ?? {}), 'allow', 'type']);
    const missing = fields.filter((name) => !offered.has(name));
    expect(missing).toEqual(form.inline ? NOT_OFFERED[method] : []);
  });

  it('puts AWS rules into spec.allow, one for each ARN', () => {
    expect(made('iam', { roles: 'node', 'aws-account': '1', 'aws-arn': ['x', 'y'] }).document.spec).toEqual({
      roles: ['Node'],
      join_method: 'iam',
      allow: [
        { aws_account: '1', aws_arn: 'x' },
        { aws_account: '1', aws_arn: 'y' },
      ],
    });
  });

  it('has name, labels and an end where they are given', () => {
    const { metadata } = made('azure', { 'bot-name': 'x', name: 'n', labels: 'team=ci', ttl: '1h' }).document;

    expect(metadata).toEqual({ name: 'n', labels: { team: 'ci' }, expires: '2026-11-21T01:00:00.000Z' });
  });

  it.each([{}, { 'bot-name': 'x', roles: 'node' }])('is for a bot or for services: %j', (flags) => {
    expect(() => made('azure', flags)).toThrow('either --bot-name or --roles');
  });
});
