import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runTbot } from '../helpers/run-tbot.js';
import { newBotToken, newMachine } from '../helpers/tbot-machine.js';
import { removeFoldersAfterEach } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startTestCluster({
    apps: [{ name: 'grafana' }],
    databases: [{ name: 'pg', protocol: 'postgres' }],
    kubeClusters: [
      { name: 'east', labels: { env: 'dev' } },
      { name: 'west', labels: { env: 'dev' } },
    ],
  });
});
afterAll(() => cluster.stop());

const OUTPUTS: Record<string, string> = {
  app: '{type: application, app_name: grafana, specific_tls_naming: true}',
  plain: '{type: database, service: pg, username: u, database: d}',
  tls: '{type: database, service: pg, username: u, format: tls}',
  mongo: '{type: database, service: pg, username: u, format: mongo}',
  cockroach: '{type: database, service: pg, username: u, format: cockroach}',
  kube: '{type: kubernetes, kubernetes_cluster: east}',
  kube2: '{type: kubernetes/v2, selectors: [{name: west}, {labels: {env: dev}}]}',
};

/** Joins as a new bot and writes all outputs. @returns names of all files, and the kubeconfigs without what differs by nature */
async function writeOutputs(name: string, tbot: (args: string[]) => Promise<CliRun>) {
  const token = await newBotToken(cluster, name);
  const services = Object.entries(OUTPUTS).map(
    ([place, output]) => `- ${output.replace(/}$/, `, destination: {type: directory, path: FOLDER/out/${place}}}`)}\n`,
  );
  const { folder, config } = await newMachine({
    authServer: cluster.authAddress,
    onboarding: `{join_method: token, token: ${token}}`,
    outputs: '[]',
    more: `oneshot: true\nservices:\n${services.join('')}`,
  });
  const { status, stderr } = await tbot(['start', '-c', config]);
  if (status !== 0) throw new Error(stderr);
  const kubeconfig = async (place: string) =>
    (await readFile(join(folder, 'out', place, 'kubeconfig.yaml'), 'utf8'))
      .replaceAll(folder, 'FOLDER')
      .replace(/command: .*/, 'command: TBOT');
  const files = await readdir(join(folder, 'out'), { recursive: true });
  return { files: files.sort(), kube: await kubeconfig('kube'), kube2: await kubeconfig('kube2') };
}

describe('the real tbot and ours, on the embedded cluster', () => {
  it('write the same files and kubeconfigs for applications, databases and Kubernetes clusters', async () => {
    const env = { SSL_CERT_FILE: cluster.proxyCaFile };
    const theirs = await writeOutputs('theirs', (args) => runBinary('tbot', args, { env }));
    const ours = await writeOutputs('ours', (args) => runTbot(args, env));

    expect(ours).toEqual(theirs);
  }, 120_000);
});
