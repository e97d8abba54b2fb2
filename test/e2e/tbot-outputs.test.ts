import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { OneShotSummary } from '../../src/lib/agent/one-shot.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { decodeIdentity } from '../../src/lib/crypto/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { runTbot } from '../helpers/run-tbot.js';
import { newBotToken, newMachine } from '../helpers/tbot-machine.js';
import { removeFoldersAfterEach } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

const DISCOVERED = 'teleport.internal/discovered-name';
let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startTestCluster({
    apps: [{ name: 'grafana', labels: { env: 'dev' }, publicAddr: 'grafana.example.com' }],
    databases: [
      { name: 'pg', protocol: 'postgres', labels: { env: 'dev' } },
      { name: 'docs-rds-eu-123', protocol: 'mongodb', labels: { [DISCOVERED]: 'docs' } },
      { name: 'secret', protocol: 'postgres', labels: { env: 'prod' } },
      { name: 'eu-1', protocol: 'postgres', labels: { [DISCOVERED]: 'twice' } },
      { name: 'eu-2', protocol: 'postgres', labels: { [DISCOVERED]: 'twice' } },
    ],
    kubeClusters: [
      { name: 'east', labels: { env: 'dev' } },
      { name: 'west', labels: { env: 'dev' } },
      { name: 'lonely' },
    ],
  });
  const role = 'kind: role\nversion: v7\nmetadata: {name: dev-only}\nspec: {allow: {db_labels: {env: dev}}}\n';
  await tctl(['create', '-'], role);
});
afterAll(() => cluster.stop());

async function tctl(args: string[], stdin?: string): Promise<string> {
  const run = await runCli(args, { env: adminEnv(cluster), ...(stdin === undefined ? {} : { stdin }) });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

let bots = 0;

/** Joins as a new bot, writes outputs once. @param outputs lines of YAML in which FOLDER stands for a folder */
async function writeOutputs(outputs: string, roles?: string) {
  const token = await newBotToken(cluster, `out${++bots}`, roles);
  const onboarding = `{join_method: token, token: ${token}}`;
  const { folder, config } = await newMachine({
    ...{ authServer: cluster.authAddress, onboarding, outputs: `\n${outputs}`, more: 'oneshot: true' },
  });
  const run = await runTbot(['start', '-c', config, '--format=json'], { SSL_CERT_FILE: cluster.proxyCaFile });
  if (run.stdout === '') throw new Error(run.stderr);
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const names = async (name: string) => (await readdir(join(folder, name))).sort();
  return { folder, text, names, run, summary: JSON.parse(run.stdout) as OneShotSummary };
}

const IDENTITY_FILES = ['.write-test', 'identity', 'key', 'key-cert.pub', 'key.pub'];
const AUTHORITY_FILES = ['teleport-database-ca.crt', 'teleport-host-ca.crt', 'teleport-user-ca.crt'];

describe('tbot writes outputs for', () => {
  it('an application', async () => {
    const { text, names, summary } = await writeOutputs(
      '- {type: application, app_name: grafana, specific_tls_naming: true, destination: {type: directory, path: FOLDER/app}}',
    );

    expect(summary).toMatchObject({ status: 'ok' });
    expect(await names('app')).toEqual(
      [...IDENTITY_FILES, ...AUTHORITY_FILES, 'tls.cas', 'tls.crt', 'tls.key', 'tlscert'].sort(),
    );
    expect(decodeIdentity(await text('app/tls.crt'))).toMatchObject({
      roles: ['access'],
      appName: 'grafana',
      appPublicAddr: 'grafana.example.com',
      appClusterName: 'example.test',
      appSessionId: expect.stringMatching(/^[0-9a-f]{64}$/),
      disallowReissue: true,
    });
    expect(await text('app/tls.key')).toBe(await text('app/key'));
  });

  it('databases in each format, found by name or by the name in their cloud', async () => {
    const { text, names, summary } = await writeOutputs(`
- {type: database, service: pg, username: reader, database: sales, destination: {type: directory, path: FOLDER/plain}}
- {type: database, service: pg, format: tls, destination: {type: directory, path: FOLDER/tls}}
- {type: database, service: docs, username: u, format: mongo, destination: {type: directory, path: FOLDER/mongo}}
- {type: database, service: pg, format: cockroach, destination: {type: directory, path: FOLDER/cockroach}}`);

    expect(summary).toMatchObject({ status: 'ok' });
    expect(await names('plain')).toEqual([...IDENTITY_FILES, ...AUTHORITY_FILES, 'tlscert'].sort());
    expect(decodeIdentity(await text('plain/tlscert'))).toMatchObject({
      dbService: 'pg',
      dbProtocol: 'postgres',
      dbUser: 'reader',
      dbName: 'sales',
    });
    expect(new X509Certificate(await text('plain/tlscert')).publicKey.asymmetricKeyType).toBe('rsa');
    expect(await text('tls/tls.cas')).toBe(await text('tls/teleport-host-ca.crt'));
    expect(decodeIdentity(await text('mongo/mongo.crt'))).toMatchObject({ dbService: 'docs-rds-eu-123' });
    expect(await text('mongo/mongo.crt')).toBe((await text('mongo/tlscert')) + (await text('mongo/key')));
    expect(await text('mongo/mongo.cas')).toBe(await text('mongo/teleport-database-ca.crt'));
    expect(await names('cockroach/cockroach')).toEqual(['ca-client.crt', 'ca.crt', 'node.crt', 'node.key']);
  });

  it('a Kubernetes cluster, with a kubeconfig whose plug-in answers', async () => {
    const { folder, text, summary } = await writeOutputs(`
- {type: kubernetes, kubernetes_cluster: lonely, destination: {type: directory, path: FOLDER/kube}}
- {type: kubernetes, kubernetes_cluster: east, disable_exec_plugin: true, destination: {type: directory, path: FOLDER/inline}}`);

    expect(summary).toMatchObject({ status: 'ok' });
    expect(decodeIdentity(await text('kube/tlscert'))).toMatchObject({ kubeCluster: 'lonely' });
    expect(load(await text('kube/kubeconfig.yaml'))).toMatchObject({
      'current-context': 'example.test-lonely',
      clusters: [
        {
          cluster: {
            server: `https://${cluster.proxyAddress}`,
            'tls-server-name': 'kube-teleport-proxy-alpn.teleport.cluster.local',
          },
        },
      ],
      users: [{ user: { exec: { args: ['kube', 'credentials', `--destination-dir=${folder}/kube`], env: null } } }],
    });
    const plugin = await runTbot(['kube', 'credentials', `--destination-dir=${folder}/kube`]);
    expect(JSON.parse(plugin.stdout)).toMatchObject({
      kind: 'ExecCredential',
      status: { clientCertificateData: await text('kube/tlscert'), clientKeyData: await text('kube/key') },
    });
    const inline = load(await text('inline/kubeconfig.yaml'));
    const certificate = Buffer.from(await text('inline/tlscert')).toString('base64');
    expect(inline).toMatchObject({ users: [{ user: { 'client-certificate-data': certificate } }] });
  });

  it('all Kubernetes clusters that selectors find', async () => {
    const { text, names } = await writeOutputs(`
- type: kubernetes/v2
  selectors: [{name: lonely}, {labels: {env: dev}, default_namespace: web}]
  context_name_template: "{{.KubeName}}@{{.ClusterName}}"
  destination: {type: directory, path: FOLDER/kube}`);

    expect(await names('kube')).toEqual(
      [...IDENTITY_FILES, 'kubeconfig.yaml', 'teleport-host-ca.crt', 'tlscert'].sort(),
    );
    expect(load(await text('kube/kubeconfig.yaml'))).toMatchObject({
      'current-context': 'lonely@example.test',
      contexts: [
        { context: { cluster: 'east@example.test', namespace: 'web', user: 'example.test' } },
        { name: 'lonely@example.test' },
        { name: 'west@example.test' },
      ],
      clusters: [
        { cluster: { server: `https://${cluster.proxyAddress}/v1/teleport/ZXhhbXBsZS50ZXN0/ZWFzdA` } },
        {},
        {},
      ],
    });
  });

  it('nothing that is not there, is not open to the roles, or has no clear name', async () => {
    const { run, summary } = await writeOutputs(
      `
- {type: database, service: secret, destination: {type: directory, path: FOLDER/a}}
- {type: application, app_name: nowhere, destination: {type: memory}}
- {type: database, service: pg, destination: {type: memory}}`,
      'dev-only',
    );
    expect(run.status).toBe(1);
    expect(summary.outputs).toMatchObject([
      { status: 'failed', error: expect.stringContaining('database "secret" is not found') },
      { status: 'failed', error: expect.stringContaining('application "nowhere" is not found') },
      { status: 'ok' },
    ]);

    const twice = await writeOutputs('- {type: database, service: twice, destination: {type: memory}}');
    expect(twice.summary.outputs).toMatchObject([{ error: expect.stringContaining('eu-1, eu-2') }]);
  });
});
