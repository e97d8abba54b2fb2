import { X509Certificate } from 'node:crypto';
import { nearest } from '../../util/nearest.js';
import { type FieldPath, type FieldProblem, notOneOf } from '../problems.js';

/** The `spec` of a join token in its JSON form: empty fields are absent. */
export type TokenSpecJson = { readonly [key: string]: unknown };
type Section = { readonly [key: string]: unknown };

/** What the block of a join method must hold (wire §5.3). */
interface MethodRules {
  /** Fields of the block that must be set. */
  readonly required?: readonly string[];
  /** Of each group, every rule under `allow` must set at least one field. */
  readonly rule?: ReadonlyArray<readonly string[]>;
  /** Fields of the block that are host names and so hold no slash. */
  readonly hosts?: readonly string[];
  /** What the table cannot say. */
  check?(section: Section, path: FieldPath): FieldProblem[];
}

const METHODS: Readonly<Record<string, MethodRules>> = {
  github: {
    rule: [['repository', 'repository_owner', 'sub', 'enterprise', 'enterprise_id']],
    hosts: ['enterprise_server_host'],
    check: checkGithub,
  },
  circleci: { required: ['organization_id'], rule: [['project_id', 'context_id']] },
  kubernetes: {
    rule: [
      ['service_account', 'service_account_name'],
      ['service_account', 'service_account_namespace'],
    ],
    check: checkKubernetes,
  },
  azure: { rule: [['subscription', 'tenant']] },
  gitlab: { rule: [['sub', 'project_path', 'namespace_path', 'ci_config_ref_uri']], hosts: ['domain'] },
  gcp: { rule: [['project_ids']] },
  spacelift: { required: ['hostname'], rule: [['space_id', 'caller_id']], hosts: ['hostname'] },
  tpm: { rule: [['ek_public_hash', 'ek_certificate_serial']], check: checkTpm },
  terraform_cloud: {
    rule: [
      ['organization_id', 'organization_name'],
      ['project_id', 'project_name', 'workspace_id', 'workspace_name'],
    ],
  },
  bitbucket: { required: ['audience', 'identity_provider_url'], rule: [['workspace_uuid', 'repository_uuid']] },
  oracle: { rule: [['tenancy']], check: checkOracle },
  azure_devops: { required: ['organization_id'], rule: [['sub', 'project_name', 'project_id']] },
  env0: { rule: [['organization_id'], ['project_id', 'project_name']] },
};

/** Every join method that a token may name. */
export const JOIN_METHODS: readonly string[] = ['token', 'ec2', 'iam', 'bound_keypair', ...Object.keys(METHODS)];

/** Checks the join method of a token and the block that belongs to it. */
export function validateJoinMethod(spec: TokenSpecJson): FieldProblem[] {
  const method = String(spec.join_method ?? '');
  if (method === 'token') return spec.allow ? [problem(['spec', 'allow'], 'the join method token takes no rules')] : [];
  if (method === 'ec2' || method === 'iam') return checkAws(method, spec);
  if (method === 'bound_keypair') return checkBoundKeypair(spec);
  const rules = JOIN_METHODS.includes(method) ? METHODS[method] : undefined;
  if (!rules) {
    const suggestion = nearest(method, JOIN_METHODS);
    const message = `there is no join method ${JSON.stringify(method)}`;
    return [{ path: ['spec', 'join_method'], message, accepted: JOIN_METHODS, ...(suggestion && { suggestion }) }];
  }
  const section = spec[method] as Section | undefined;
  return section ? checkSection(section, ['spec', method], rules) : [missingSection(method)];
}

function checkSection(section: Section, path: FieldPath, rules: MethodRules): FieldProblem[] {
  const missing = (rules.required ?? []).filter((field) => !section[field]).map((field) => required([...path, field]));
  const slashes = (rules.hosts ?? [])
    .filter((field) => String(section[field] ?? '').includes('/'))
    .map((field) => problem([...path, field], 'expected a host name without a slash'));
  return [
    ...missing,
    ...slashes,
    ...checkAllow(section, path, rules.rule ?? []),
    ...(rules.check?.(section, path) ?? []),
  ];
}

function checkAllow(section: Section, path: FieldPath, groups: ReadonlyArray<readonly string[]>): FieldProblem[] {
  const allow = rulesOf(section);
  if (allow.length === 0) return [problem([...path, 'allow'], 'at least one rule is required')];
  return allow.flatMap((rule, index) =>
    groups
      .filter((group) => !group.some((field) => isSet(rule[field])))
      .map((group) =>
        problem([...path, 'allow', index], `${group.length > 1 ? 'one of ' : ''}${group.join(', ')} is required`),
      ),
  );
}

function checkGithub(section: Section, path: FieldPath): FieldProblem[] {
  if (!section.enterprise_server_host || !section.enterprise_slug) return [];
  return [problem([...path, 'enterprise_slug'], 'enterprise_slug and enterprise_server_host exclude each other')];
}

function checkKubernetes(section: Section, path: FieldPath): FieldProblem[] {
  const types = ['in_cluster', 'static_jwks', 'oidc'];
  const problems = rulesOf(section)
    .map((rule, index) => ({ account: rule.service_account, place: [...path, 'allow', index, 'service_account'] }))
    .filter(({ account }) => isSet(account) && String(account).split(':').length !== 2)
    .map(({ place }) => problem(place, 'expected namespace:name'));
  if (!types.includes(String(section.type))) {
    problems.push(notOneOf([...path, 'type'], String(section.type), types));
  }
  const jwks = section.static_jwks as Section | undefined;
  if (section.type === 'in_cluster' && jwks) {
    problems.push(problem([...path, 'static_jwks'], 'the type in_cluster takes no static_jwks'));
  }
  if (section.type === 'static_jwks' && !jwks?.jwks) problems.push(required([...path, 'static_jwks', 'jwks']));
  return section.type === 'oidc' ? [...problems, ...checkIssuer(section, path)] : problems;
}

function checkIssuer(section: Section, path: FieldPath): FieldProblem[] {
  const { issuer = '', insecure_allow_http_issuer: mayBeHttp } = (section.oidc ?? {}) as Section;
  const place = [...path, 'oidc', 'issuer'];
  if (issuer === '') return [required(place)];
  const url = String(issuer);
  if (URL.canParse(url) && (url.startsWith('https://') || (mayBeHttp === true && url.startsWith('http://')))) return [];
  return [problem(place, 'expected an address that begins with https://')];
}

/** The most instances that a rule may name. */
const MOST_INSTANCES = 100;

function checkOracle(section: Section, path: FieldPath): FieldProblem[] {
  return rulesOf(section).flatMap(({ instances = [] }, index) =>
    (instances as readonly string[]).length > MOST_INSTANCES
      ? [problem([...path, 'allow', index, 'instances'], `at most ${MOST_INSTANCES} instances may be named`)]
      : [],
  );
}

function checkTpm(section: Section, path: FieldPath): FieldProblem[] {
  const authorities = (section.ekcert_allowed_cas ?? []) as readonly string[];
  return authorities.flatMap((pem, index) =>
    isCertificate(pem) ? [] : [problem([...path, 'ekcert_allowed_cas', index], 'expected a PEM certificate')],
  );
}

function isCertificate(pem: string): boolean {
  try {
    return pem.includes('BEGIN CERTIFICATE') && new X509Certificate(pem).raw.length > 0;
  } catch {
    return false; // the reason is in no words that would help more than "expected a PEM certificate"
  }
}

function checkAws(method: 'ec2' | 'iam', spec: TokenSpecJson): FieldProblem[] {
  const organization = ['aws_organization_id', 'aws_organizational_units'];
  const forbidden = method === 'ec2' ? ['aws_arn', ...organization] : ['aws_role', 'aws_regions'];
  const identifying =
    method === 'ec2' ? ['aws_account', 'aws_role'] : ['aws_account', 'aws_arn', 'aws_organization_id'];
  const misplaced = rulesOf(spec).flatMap((rule, index) =>
    forbidden
      .filter((field) => isSet(rule[field]))
      .map((field) => problem(['spec', 'allow', index, field], `the join method ${method} does not take this`)),
  );
  return [...checkAllow(spec, ['spec'], [identifying]), ...misplaced];
}

/** Clusters from 18.1 on make the registration secret themselves, so `onboarding` may be absent. */
function checkBoundKeypair(spec: TokenSpecJson): FieldProblem[] {
  const section = spec.bound_keypair as Section | undefined;
  if (!section) return [missingSection('bound_keypair')];
  const modes = ['standard', 'relaxed', 'insecure'];
  const mode = String((section.recovery as Section | undefined)?.mode ?? '');
  if (mode === '' || modes.includes(mode)) return [];
  return [notOneOf(['spec', 'bound_keypair', 'recovery', 'mode'], mode, modes)];
}

function rulesOf(section: Section): readonly Section[] {
  return (section.allow ?? []) as readonly Section[];
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

function required(path: FieldPath): FieldProblem {
  return problem(path, 'this is required');
}

function missingSection(method: string): FieldProblem {
  return problem(['spec', method], `the join method ${method} needs this block`);
}

function problem(path: FieldPath, message: string): FieldProblem {
  return { path, message };
}
