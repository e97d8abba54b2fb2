import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRealCluster } from '../helpers/peer-cluster.js';
import type { CliRun } from '../helpers/run-cli.js';
import { withoutVerb } from './comparable.js';
import { bothTools, type ComparedCluster, type Run, startEmbedded } from './compared-cluster.js';

const PREFIXES = { real: 'peer-real', ours: 'peer-ours' };

/** Kinds with many resources. Each tool makes one under its own prefix. */
const NAMED: Record<string, string> = {
  node: `kind: node
version: v2
sub_kind: openssh
metadata: {name: PREFIX-node, labels: {env: dev, example.com/team: ci}}
spec: {addr: "10.0.0.1:22", hostname: PREFIX-host}
`,
  trusted_cluster: `kind: trusted_cluster
version: v2
metadata: {name: PREFIX-root}
spec: {enabled: false, token: secret, web_proxy_addr: "root.example.com:443", role_map: [{remote: access, local: [access]}]}
`,
  installer: `kind: installer
version: v1
metadata: {name: PREFIX-installer, description: for tests}
spec: {script: "#!/bin/sh\\necho <hello> & goodbye\\n"}
`,
  workload_identity: `kind: workload_identity
version: v1
metadata: {name: PREFIX-identity, labels: {b: "2", a: "1"}}
spec:
  rules: {allow: [{conditions: [{attribute: user.name, not_in: {values: [bob]}}]}, {expression: 'user.name == "x"'}]}
  spiffe: {id: /svc/a, hint: h, x509: {dns_sans: [a.example.com], maximum_ttl: 3600s}, jwt: {extra_claims: {z: [1, {b: 2, a: 1}]}}}
`,
  access_list: `kind: access_list
version: v1
metadata: {name: PREFIX-list}
spec:
  title: List
  owners: [{name: admin, description: The one}]
  audit: {next_audit_date: "2040-02-01T00:00:00Z", recurrence: {frequency: 3 months, day_of_month: last}, notifications: {start: 48h}}
  membership_requires: {roles: [access]}
  grants: {roles: [access], traits: {logins: [root]}}
`,
};

/** Kinds of which there is one. The tools write them in turn. */
const SINGLE: Record<string, string> = {
  cluster_maintenance_config: `kind: cluster_maintenance_config
version: v1
spec: {agent_upgrades: {utc_start_hour: 2, weekdays: [Mon, tuesday]}}
`,
  ui_config: `kind: ui_config
version: v1
metadata: {name: ui-config}
spec: {scrollback_lines: 500}
`,
  autoupdate_config: `kind: autoupdate_config
version: v1
spec:
  tools: {mode: disabled}
  agents: {mode: disabled, strategy: halt-on-error, schedules: {regular: [{name: dev, days: ["*"], start_hour: 4}]}}
`,
  autoupdate_version: `kind: autoupdate_version
version: v1
spec: {tools: {target_version: 18.0.0}}
`,
};

const GITHUB = `kind: github
version: v3
metadata: {name: PREFIX-github}
spec:
  client_id: id
  client_secret: secret
  redirect_url: https://example.com/v1/webapi/github/callback
  teams_to_roles: [{organization: org, team: team, roles: [access]}]
`;

const READS = ['auth', 'proxies', 'ns', 'rc', 'sem', 'oidc', 'saml', 'connectors', 'autoupdate_agent_rollout'];
const REFUSED = [
  ...[
    'node',
    'proxy',
    'auth',
    'tc',
    'rc',
    'installer',
    'github',
    'oidc',
    'saml',
    'connector',
    'workload_identity',
  ].flatMap((kind) => [`get ${kind}/nope`, `rm ${kind}/nope`]),
  ...['get cmc/x', 'get ui/x', 'rm auth/x', 'rm ns/default', 'rm sem/one', 'rm sem/connection/nope'],
];

/** Kinds that administrators of a new cluster may not write, or not read. */
const MORE_RIGHTS = ['cluster_maintenance_config', 'semaphore', 'autoupdate_agent_rollout', 'access_list'];

function outcome({ status, stdout, stderr }: CliRun) {
  return { status, stdout, error: status === 0 ? undefined : /error/i.test(stderr) };
}

/** Without what is new with every write. */
function outcomeOfWrite(run: CliRun) {
  const { stdout, ...rest } = outcome(run);
  return { ...rest, stdout: withoutVerb(stdout).replace(/revision"?: \S+|nonce"?: \d+/g, '') };
}

describe.each<[string, () => Promise<ComparedCluster>]>([
  ['a real cluster', () => startRealCluster()],
  ['the embedded cluster', startEmbedded],
])('the real tctl and this one, on %s', (_, start) => {
  let cluster: ComparedCluster;
  let tools: ReturnType<typeof bothTools>;

  beforeAll(async () => {
    cluster = await start();
    tools = bothTools(cluster);
    const [editor] = JSON.parse((await tools.ours(['get', 'role/editor', '--format=json'])).stdout);
    editor.spec.allow.rules.push({ resources: MORE_RIGHTS, verbs: ['*'] });
    expect((await tools.ours(['create', '-f'], JSON.stringify(editor))).stderr).toBe('');
    await cluster.settle();
  });
  afterAll(() => cluster?.stop());

  /** Both tools read the same. */
  async function expectSame(command: string): Promise<void> {
    const [real, ours] = await Promise.all([tools.real(command.split(' ')), tools.ours(command.split(' '))]);
    expect(outcome(ours)).toEqual(outcome(real));
  }

  /** Each tool writes under its own prefix. */
  async function expectSameWrite(command: string, stdin = ''): Promise<void> {
    const [real, ours] = await Promise.all(
      (['real', 'ours'] as const).map(async (tool) => {
        const fill = (text: string) => text.replaceAll('PREFIX', PREFIXES[tool]);
        const run = await tools[tool](fill(command).split(' '), fill(stdin));
        return outcome({ ...run, stdout: withoutVerb(run.stdout).replaceAll(PREFIXES[tool], 'PREFIX') });
      }),
    );
    expect(ours).toEqual(real);
  }

  async function expectSameListing(ref: string): Promise<void> {
    // The real tool's text of a trusted cluster shows the fields of a Go struct.
    const formats = ref.startsWith('trusted_cluster') ? ['yaml', 'json'] : ['yaml', 'json', 'text'];
    for (const format of formats) await expectSame(`get ${ref} --format=${format}`);
  }

  it.each(Object.entries(NAMED))('%s: made, shown, made again, removed', async (kind, document) => {
    const name = /name: PREFIX-(\w+)/.exec(document)?.[1];
    await expectSameWrite('create', document);
    await cluster.settle();
    if (kind !== 'installer') await expectSameListing(kind); // the server gives installers in no order
    await expectSameListing(`${kind}/peer-ours-${name}`);
    await expectSameWrite('create', document);
    await expectSameWrite('create -f', document);
    await expectSameWrite(`rm ${kind}/PREFIX-${name}`);
    await expectSameWrite(`rm ${kind}/PREFIX-${name}`);
  });

  it.each(Object.entries(SINGLE))('%s: made, shown, made again, removed', async (kind, document) => {
    const turn = async (tool: Run) => {
      const runs: CliRun[] = [await tool(['get', kind]), await tool(['create'], document)];
      await cluster.settle();
      for (const format of ['yaml', 'json', 'text']) runs.push(await tool(['get', kind, `--format=${format}`]));
      for (const flags of [[], ['-f']]) runs.push(await tool(['create', ...flags], document));
      for (let time = 0; time < 2; time++) runs.push(await tool(['rm', kind]));
      await cluster.settle();
      return runs.map(outcomeOfWrite);
    };
    const real = await turn(tools.real);
    expect(await turn(tools.ours)).toEqual(real);
    expect(real[1]).toMatchObject({ status: 0 });
  });

  it('connectors: shown and removed', async () => {
    for (const prefix of Object.values(PREFIXES)) {
      const made = await tools.real(['create'], GITHUB.replaceAll('PREFIX', prefix));
      if (/reach GitHub/.test(made.stderr)) return; // a real cluster without a way to the internet
      expect(made).toMatchObject({ status: 0, stderr: '' });
    }
    await cluster.settle();
    for (const ref of ['github', 'connectors', 'connector/peer-ours-github']) await expectSameListing(ref);
    await expectSame('get github/peer-real-github --with-secrets --format=json');
    await expectSameWrite('rm github/PREFIX-github');
  });

  it('several kinds at once', () => expectSame('get tc,ns,connectors,cmc'));

  it.each(READS)('get %s', expectSameListing);
  it.each(REFUSED)('%s is refused', (command) => expectSame(command));
});
