import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { OneShotSummary } from '../../src/lib/agent/one-shot.js';
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

export interface MachineOptions {
  authServer: string;
  /** YAML in flow style. */
  onboarding: string;
  /** YAML in flow style; an identity that is kept in memory unless given. */
  outputs?: string;
  /** Further lines of the configuration. */
  more?: string;
}

export async function newMachine({ authServer, onboarding, outputs, more = '' }: MachineOptions): Promise<Machine> {
  const folder = await temporaryFolder();
  const config = join(folder, 'tbot.yaml');
  const storage = join(folder, 'storage');
  await writeFile(
    config,
    `version: v2
auth_server: ${authServer}
onboarding: ${onboarding}
storage: {type: directory, path: ${storage}}
outputs: ${outputs ?? '[{type: identity, destination: {type: memory}}]'}
${more}
`,
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
