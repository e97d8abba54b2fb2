import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningCluster } from '../../src/lib/cluster/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the programs of all tests keep their compiled code. */
export const codeCache = join(root, '.build/code-cache');

export interface CliRun {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** Variables besides PATH and a home folder that holds nothing. */
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string;
}

/** Runs the built `bin/run.js` as a user would, cut off from this machine's own credentials and configuration. */
export function runCli(args: string[], { env = {}, cwd = tmpdir(), stdin = '' }: CliOptions = {}): Promise<CliRun> {
  return finished(startCli(args, { env, cwd }), stdin);
}

/** Feeds a process its input and gathers what it prints until it ends. */
export function finished(child: ChildProcessWithoutNullStreams, stdin = ''): Promise<CliRun> {
  child.stdin.on('error', () => undefined); // a command may end without reading its input
  child.stdin.end(stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** Starts the built `bin/run.js` and leaves its streams to the caller. */
export function startCli(args: string[], { env = {}, cwd = tmpdir() }: CliOptions = {}) {
  if (!existsSync(join(root, 'dist/programs.cjs'))) throw new Error('dist/ is missing: run "npm run build" first');
  return spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: join(tmpdir(), 'no-such-home'),
      NODE_COMPILE_CACHE: codeCache,
      TELEPORT_CONFIG_FILE: '',
      ...env,
    },
  });
}

/** The variables that make tctl use a cluster as its administrator. */
export function adminEnv(cluster: RunningCluster): Record<string, string> {
  return { TELEPORT_AUTH_SERVER: cluster.authAddress, TELEPORT_IDENTITY_FILE: cluster.adminIdentityFile };
}
