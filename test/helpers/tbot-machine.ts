import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { OneShotSummary } from '../../src/lib/agent/one-shot.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { adminEnv, runCli } from './run-cli.js';
import { runTbot } from './run-tbot.js';
import { temporaryFolder } from './temporary-folder.js';

export interface OneShotRun {
  status: number | null;
  signal: NodeJS.Signals | null;
  /** undefined when none was printed. */
  summary: OneShotSummary | undefined;
  log: string;
}

/** A machine with a configuration file and a storage folder, on which tbot runs. */
export interface Machine {
  folder: string;
  storage: string;
  config: string;
  oneShot(extra?: { args?: string[]; env?: Record<string, string> }): Promise<OneShotRun>;
}

/** In all of these FOLDER stands for the machine's folder. */
export interface MachineOptions {
  authServer: string;
  /** YAML in flow style. */
  onboarding: string;
  /** YAML in flow style; the machine's own folder unless given. */
  storage?: string;
  /** YAML in flow style, or lines; an identity that is kept in memory unless given. */
  outputs?: string;
  /** Further lines of the configuration. */
  more?: string;
}

/** Makes a bot. @returns its one-time join token */
export async function newBotToken(cluster: RunningCluster, name: string, roles = 'access'): Promise<string> {
  const args = ['bots', 'add', name, `--roles=${roles}`, '--format=json'];
  const { status, stdout, stderr } = await runCli(args, { env: adminEnv(cluster) });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { token_id: string }).token_id;
}

export async function newMachine({
  authServer,
  onboarding,
  storage: place = '{type: directory, path: FOLDER/storage}',
  outputs = '[{type: identity, destination: {type: memory}}]',
  more = '',
}: MachineOptions): Promise<Machine> {
  const folder = await temporaryFolder();
  const config = join(folder, 'tbot.yaml');
  const storage = join(folder, 'storage');
  await writeFile(
    config,
    `version: v2
auth_server: ${authServer}
onboarding: ${onboarding}
storage: ${place}
outputs: ${outputs}
${more}
`.replaceAll('FOLDER', folder),
  );
  return {
    folder,
    storage,
    config,
    async oneShot({ args = [], env = {} } = {}) {
      const run = await runTbot(['start', '-c', config, '--oneshot', '--format=json', ...args], env);
      const summary = run.stdout === '' ? undefined : (JSON.parse(run.stdout) as OneShotSummary);
      return { status: run.status, signal: run.signal, summary, log: run.stderr };
    },
  };
}
