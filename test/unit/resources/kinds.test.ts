import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formatFieldPath, kinds, loadKind } from '../../../src/lib/resources/index.js';

const definitions = new Map(await Promise.all(kinds.map(async ({ kind }) => [kind, await loadKind(kind)] as const)));

function read(kind: string, rest: object) {
  const definition = definitions.get(kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  const { message, problems } = definition.fromDocument({ kind, ...rest });
  return { definition, message, problems };
}

function wrongPaths(kind: string, rest: object): string[] {
  const { definition, message, problems } = read(kind, rest);
  expect(problems).toEqual([]);
  return definition.validate(definition.withDefaults(message)).map(({ path }) => formatFieldPath(path));
}

function completed(kind: string, rest: object) {
  const { definition, message } = read(kind, rest);
  return definition.toDocument(definition.withDefaults(message));
}

const metadata = { name: 'x' };
const KUBERNETES = 'spec.allow.kubernetes_resources';

describe('roles', () => {
  const role = (version: string, spec: object) => wrongPaths('role', { version, metadata, spec });

  it.each([
    ['v2', {}, ['version']],
    ['v7', { allow: { logins: ['*'] } }, ['spec.allow.logins[0]']],
    ['v7', { allow: { node_labels: { '*': 'prod' } } }, ['spec.allow.node_labels["*"]']],
    ['v7', { allow: { rules: [{ resources: ['role'] }] } }, ['spec.allow.rules[0].verbs']],
    ['v7', { deny: { rules: [{ verbs: ['list'] }] } }, ['spec.deny.rules[0].resources']],
    ['v7', { allow: { impersonate: { users: ['u'] } } }, ['spec.allow.impersonate.roles']],
    ['v7', { deny: { impersonate: { where: 'x' } } }, ['spec.deny.impersonate.where']],
    ['v7', { options: { lock: 'maybe' } }, ['spec.options.lock']],
    ['v7', { options: { enhanced_recording: ['disc'] } }, ['spec.options.enhanced_recording[0]']],
    ['v8', { options: { idp: { saml: { enabled: true } } } }, ['spec.options.idp']],
    [
      'v7',
      { allow: { kubernetes_resources: [{ kind: 'pod', namespace: 'n', name: 'a', api_group: 'x' }] } },
      ['spec.allow.kubernetes_resources[0].api_group'],
    ],
    [
      'v6',
      { allow: { kubernetes_resources: [{ kind: 'job', namespace: 'n', name: 'a' }] } },
      [`${KUBERNETES}[0].kind`],
    ],
    [
      'v7',
      { allow: { kubernetes_resources: [{ kind: 'pods', namespace: 'n', name: 'a' }] } },
      [`${KUBERNETES}[0].kind`],
    ],
    ['v7', { allow: { kubernetes_resources: [{ kind: 'pod', name: 'a' }] } }, [`${KUBERNETES}[0].namespace`]],
    [
      'v8',
      { allow: { kubernetes_resources: [{ kind: 'pod', namespace: 'n', name: 'a' }] } },
      [`${KUBERNETES}[0].kind`],
    ],
    [
      'v8',
      { deny: { kubernetes_resources: [{ kind: 'deployment', namespace: 'n', name: 'a', api_group: 'apps' }] } },
      ['spec.deny.kubernetes_resources[0].kind'],
    ],
    [
      'v8',
      { allow: { kubernetes_resources: [{ kind: 'things', namespace: 'n', name: 'a' }] } },
      [`${KUBERNETES}[0].api_group`],
    ],
    [
      'v8',
      { allow: { kubernetes_resources: [{ kind: 'pods', namespace: 'n', name: 'a', verbs: ['*', 'get'] }] } },
      [`${KUBERNETES}[0].verbs`],
    ],
  ])('of version %s are refused when wrong: %j', (version, spec, paths) => {
    expect(role(version, spec)).toEqual(paths);
  });

  it('may name kinds of Kubernetes as their version does', () => {
    const old = { kind: 'pod', namespace: '*', name: '*' };
    expect(role('v6', { allow: { kubernetes_resources: [old] } })).toEqual([]);
    expect(role('v7', { allow: { kubernetes_resources: [{ ...old, kind: 'kube_node', namespace: '' }] } })).toEqual([]);
    const own = { kind: 'pod', api_group: 'example.com', name: '*' };
    expect(role('v8', { allow: { kubernetes_resources: [{ ...old, kind: 'pods' }, own] } })).toEqual([]);
  });

  it('may not have the name of a system role', () => {
    expect(wrongPaths('role', { version: 'v7', metadata: { name: 'Node' } })).toEqual(['metadata.name']);
    expect(wrongPaths('role', { version: 'v7', metadata: { name: 'node' } })).toEqual([]);
  });

  it('get the defaults of their version', () => {
    expect(completed('role', { version: 'v8', metadata, spec: {} })).toMatchObject({
      spec: {
        options: { max_session_ttl: '30h0m0s', cert_format: 'standard', ssh_file_copy: true },
        allow: {},
        deny: {},
      },
    });
    expect(completed('role', { version: 'v8', metadata }).spec).not.toHaveProperty('options.idp');
    expect(completed('role', { version: 'v7', metadata })).toHaveProperty('spec.options.idp.saml.enabled', true);
    expect(completed('role', { version: 'v3', metadata, spec: { allow: { logins: ['a'] } } })).toHaveProperty(
      'spec.allow',
      {
        logins: ['a'],
        node_labels: { '*': '*' },
        app_labels: { '*': '*' },
        kubernetes_labels: { '*': '*' },
        db_labels: { '*': '*' },
        kubernetes_resources: [{ kind: 'pod', namespace: '*', name: '*', verbs: ['*'] }],
      },
    );
  });

  it('read and print the special forms of their options', () => {
    const options = {
      forward_agent: false,
      max_session_ttl: '8h0m0s',
      cert_format: 'standard',
      record_session: { desktop: false },
      desktop_clipboard: null,
      desktop_directory_sharing: null,
      pin_source_ip: false,
      ssh_file_copy: null,
      require_session_mfa: 'hardware_key',
      create_desktop_user: null,
      create_db_user: true,
      create_host_user_mode: 'insecure-drop',
      mfa_verification_interval: 31_536_000_000_000_000, // a year, and no safe integer
    };
    const { definition, message, problems } = read('role', { version: 'v7', metadata, spec: { options } });
    expect(problems).toEqual([]);
    expect(definition.toDocument(message)).toHaveProperty('spec.options', options);
  });

  it('take yes and no, the number of a choice, and list what a choice accepts', () => {
    const role = (options: object) => read('role', { version: 'v7', metadata, spec: { options } });
    expect(role({ forward_agent: 'yes', desktop_clipboard: 'off', require_session_mfa: true }).problems).toEqual([]);
    expect(role({ require_session_mfa: 'hardware_kee' }).problems).toMatchObject([
      { accepted: expect.arrayContaining(['true', 'false', 'hardware_key']), suggestion: 'hardware_key' },
    ]);
    expect(role({ forward_agent: 'perhaps' }).problems).toMatchObject([{ accepted: ['true', 'false'] }]);
  });
});

describe('locks', () => {
  it('need a target', () => {
    expect(wrongPaths('lock', { metadata, spec: { message: 'm' } })).toEqual(['spec.target']);
    expect(wrongPaths('lock', { metadata, spec: { target: { user: 'u' } } })).toEqual([]);
  });
});

describe('bots', () => {
  it('take names with spaces, which their user and role do without', () => {
    expect(wrongPaths('bot', { metadata: { name: 'my bot' }, spec: {} })).toEqual([]);
    expect(wrongPaths('bot', { metadata: { name: 'bad!' }, spec: {} })).toEqual(['metadata.name']);
    expect(wrongPaths('bot', { metadata, spec: { roles: [''] } })).toEqual(['spec.roles[0]']);
    expect(wrongPaths('bot', { metadata })).toEqual(['spec']);
  });
});

describe('cluster settings', () => {
  it('have fixed names and an origin', () => {
    expect(completed('cluster_networking_config', { version: 'v2', spec: {} })).toMatchObject({
      metadata: { name: 'cluster-networking-config', labels: { 'teleport.dev/origin': 'dynamic' } },
      spec: { keep_alive_interval: '5m0s', keep_alive_count_max: 3, tunnel_strategy: { type: 'agent_mesh' } },
    });
    expect(completed('session_recording_config', { spec: { mode: 'proxy' } })).toMatchObject({
      spec: { mode: 'proxy', proxy_checks_host_keys: true },
    });
    expect(completed('cluster_auth_preference', { spec: {} })).toMatchObject({
      spec: { type: 'local', second_factor: 'otp', locking_mode: 'best_effort', default_session_ttl: '12h0m0s' },
    });
  });

  it.each([
    ['cluster_auth_preference', { second_factor: 'otpp' }, ['spec.second_factor']],
    ['cluster_auth_preference', { second_factor: 'otp', second_factors: ['otp'] }, ['spec.second_factors']],
    ['cluster_auth_preference', { second_factors: ['webauthn'] }, ['spec.webauthn.rp_id']],
    ['cluster_auth_preference', { second_factors: ['otp'], allow_passwordless: true }, ['spec.allow_passwordless']],
    ['cluster_auth_preference', { type: 'ldap' }, ['spec.type']],
    ['session_recording_config', { mode: 'nodes' }, ['spec.mode']],
  ])('%s is refused when wrong: %j', (kind, spec, paths) => {
    expect(wrongPaths(kind, { version: 'v2', spec })).toEqual(paths);
  });

  it('read both tunnel strategies', () => {
    const spec = { tunnel_strategy: { type: 'proxy_peering', agent_connection_count: 2 } };
    expect(completed('cluster_networking_config', { spec })).toMatchObject({ spec });
    expect(read('cluster_networking_config', { spec: { tunnel_strategy: { type: 'mesh' } } }).problems).toMatchObject([
      { path: ['spec', 'tunnel_strategy', 'type'], accepted: ['agent_mesh', 'proxy_peering'] },
    ]);
  });
});

describe('certificate authorities', () => {
  it('need a type that exists and take their sub kind from it', () => {
    expect(wrongPaths('cert_authority', { metadata, spec: { type: 'hosts' } })).toEqual(['spec.type']);
    expect(
      completed('cert_authority', { metadata: { name: '' }, spec: { type: 'user', cluster_name: 'c' } }),
    ).toMatchObject({
      sub_kind: 'user',
      metadata: { name: 'c' },
    });
  });
});

describe('a resource that the real cluster sent', () => {
  const file = new URL('../../fixtures/recordings/wire-18.0.0.json', import.meta.url);
  const calls = JSON.parse(readFileSync(file, 'utf8')) as { Name: string; Response?: Record<string, unknown> }[];
  const documents = calls
    .map(({ Name, Response }) => [Name, (Response?.user ?? Response) as { kind?: string }] as const)
    .filter(([, document]) =>
      ['token', 'role', 'user', 'lock', 'cert_authority', 'cluster_auth_preference'].includes(document?.kind ?? ''),
    );

  it.each(documents)('%s is read and printed unchanged', (_, document) => {
    const { definition, message, problems } = read(document.kind ?? '', document);
    expect(problems).toEqual([]);
    expect(JSON.stringify(definition.toDocument(message))).toBe(JSON.stringify(document));
    expect(definition.validate(message)).toEqual([]);
  });
});
