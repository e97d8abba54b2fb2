import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { GithubConnectorV3Schema } from '../../src/lib/gen/types/github_connectors_pb.js';
import { SAMLConnectorV2Schema } from '../../src/lib/gen/types/saml_connectors_pb.js';
import { SemaphoreV3Schema } from '../../src/lib/gen/types/semaphores_pb.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { cliCommand, hasTerminals, runAtTerminal } from '../helpers/terminal.js';

const root = new URL('../../', import.meta.url);

/** Document, and what create and rm say. */
const WRITTEN: [ref: string, document: object, created: string, removed: string][] = [
  [
    'node/x',
    { version: 'v2', sub_kind: 'openssh', spec: { addr: '10.0.0.1:22', hostname: 'host' } },
    'node "x" has been created',
    'node x has been deleted',
  ],
  [
    'trusted_cluster/x',
    { version: 'v2', spec: { web_proxy_addr: 'root.example.com:443', role_map: [{ remote: 'a', local: ['access'] }] } },
    'trusted cluster "x" has been created',
    'trusted cluster "x" has been deleted',
  ],
  ['installer/x', { version: 'v1', spec: { script: 'echo\n' } }, 'installer "x" has been set', 'x has been deleted'],
  [
    'workload_identity/x',
    { version: 'v1', spec: { spiffe: { id: '/x', jwt: { extra_claims: { b: { d: 1, c: 2 }, a: [true] } } } } },
    'Workload identity "x" has been created',
    'Workload identity "x" has been deleted',
  ],
  [
    'access_list/x',
    { spec: { title: 'X', owners: [{ name: 'admin' }], grants: { roles: ['access'], traits: { logins: ['root'] } } } },
    'Access list "x" has been created',
    'Access list "x" has been deleted',
  ],
  [
    'ui_config',
    { version: 'v1', spec: { scrollback_lines: 5 } },
    'ui_config "ui-config" has been set',
    'ui_config has been deleted',
  ],
  [
    'autoupdate_config',
    { version: 'v1', spec: { tools: { mode: 'enabled' } } },
    'autoupdate_config has been created',
    'AutoUpdateConfig has been deleted',
  ],
  [
    'autoupdate_version',
    { version: 'v1', spec: { tools: { target_version: '18.1.0' } } },
    'autoupdate_version has been created',
    'AutoUpdateVersion has been deleted',
  ],
];

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster?.stop());

async function tctl(args: string, stdin?: string): Promise<string> {
  const run = await runCli(args.split(' '), { env: adminEnv(cluster), stdin });
  expect(run.stderr).toBe('');
  return run.stdout;
}

describe('on the embedded cluster', () => {
  it('resources of all kinds are made, and fed back as they are shown', async () => {
    const documents = WRITTEN.map(([ref, document]) => {
      const [kind, name] = ref.split('/');
      return JSON.stringify({ kind, ...(name && { metadata: { name } }), ...document });
    });
    expect(await tctl('create', documents.join('\n'))).toBe(WRITTEN.map(([, , created]) => `${created}\n`).join(''));

    const refs = WRITTEN.map(([ref]) => ref).join(',');
    const printed = await tctl(`get ${refs}`);
    await tctl('create -f', printed);
    const withoutRevisions = (text: string) => text.replace(/revision: .*/g, '');
    expect(withoutRevisions(await tctl(`get ${refs}`))).toBe(withoutRevisions(printed));
  });

  it.each(WRITTEN)('%s is removed', async (ref, _document, _created, removed) => {
    expect(await tctl(`rm ${ref}`)).toBe(`${removed}\n`);
  });

  it('the cluster itself is listed', async () => {
    const [proxy] = JSON.parse(await tctl('get proxies --format=json'));
    expect(proxy).toMatchObject({ kind: 'proxy', spec: { public_addrs: [cluster.proxyAddress] } });
    const [auth] = JSON.parse(await tctl('get auth/localhost --format=json'));
    expect(auth).toMatchObject({ kind: 'auth_server', spec: { addr: cluster.authAddress } });
    expect(await tctl('get ns --format=text')).toMatch(/^default/m);
    expect(await tctl('get cmc')).toBe('[]');
  });

  (hasTerminals ? it : it.skip)('tables fit the terminal on standard input, wherever they are written to', async () => {
    const widthAt = async (columns: number) => {
      const line = `stty cols ${columns}; "$@" 2>/dev/null | cat`;
      const command = ['sh', '-c', line, 'sh', ...cliCommand(root, 'get', 'roles', '--format=text')];
      const { screen } = await runAtTerminal(command, { env: adminEnv(cluster) });
      return Math.max(...screen.split('\n').map((text) => text.length));
    };

    expect(await widthAt(60)).toBeLessThan(100);
    expect(await widthAt(200)).toBeGreaterThan(150);
  });

  it('connectors are shown without their secrets and removed', async () => {
    const metadata = { name: 'okta', namespace: 'default' };
    const spec = { sso: 'https://okta', signingKeyPair: { privateKey: 'secret', cert: 'c' } };
    const value = toBinary(SAMLConnectorV2Schema, create(SAMLConnectorV2Schema, { kind: 'saml', metadata, spec }));
    await cluster.state.store.write((transaction) => transaction.put({ kind: 'saml', name: 'okta', value }));

    expect(await tctl('get connectors')).not.toContain('secret');
    expect(await tctl('get saml/okta --with-secrets')).toContain('private_key: secret');
    expect(await tctl('get connectors --format=text')).toMatch(/^SAML:\nName SSO URL/m);
    expect(await tctl('rm saml/okta')).toBe('SAML connector okta has been deleted\n');
  });

  it('connectors of a name are shown whatever their kind', async () => {
    const metadata = { name: 'both', namespace: 'default' };
    const saml = toBinary(SAMLConnectorV2Schema, create(SAMLConnectorV2Schema, { kind: 'saml', metadata }));
    const github = toBinary(GithubConnectorV3Schema, create(GithubConnectorV3Schema, { kind: 'github', metadata }));
    await cluster.state.store.write((transaction) => {
      transaction.put({ kind: 'saml', name: 'both', value: saml });
      transaction.put({ kind: 'github', name: 'both', value: github });
    });

    expect(JSON.parse(await tctl('get connectors/both --format=json'))).toMatchObject([
      { kind: 'saml' },
      { kind: 'github' },
    ]);
    await tctl('rm saml/both');
    expect(JSON.parse(await tctl('get connector/both --format=json'))).toMatchObject([{ kind: 'github' }]);
    await tctl('rm github/both');
    const missing = await runCli(['get', 'connectors/both'], { env: adminEnv(cluster) });
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain('both');
  });

  it('semaphores are read and removed, and proxies forgotten, by who may', async () => {
    const message = create(SemaphoreV3Schema, { subKind: 'connection', metadata: { name: 'ada' } });
    const item = { kind: 'semaphore', name: 'connection/ada', value: toBinary(SemaphoreV3Schema, message) };
    await cluster.state.store.write((transaction) => transaction.put(item));
    const refused = await runCli(['get', 'sem'], { env: adminEnv(cluster) });
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('access denied');

    const [editor] = JSON.parse(await tctl('get role/editor --format=json'));
    editor.spec.allow.rules.push({ resources: ['semaphore', 'proxy'], verbs: ['*'] });
    await tctl('create -f', JSON.stringify(editor));
    expect(await tctl('get sem/connection/ada')).toContain('sub_kind: connection');
    expect(await tctl('rm sem/connection/ada')).toBe("semaphore 'connection/ada' has been deleted\n");
    const id = cluster.state.hostId;
    expect(await tctl(`rm proxy/${id}`)).toBe(`Proxy "${id}" has been deleted\n`);
    expect((await runCli(['rm', 'proxy/nope'], { env: adminEnv(cluster) })).status).toBe(1);
  });
});
