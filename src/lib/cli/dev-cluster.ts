import { spawn } from 'node:child_process';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import type { RunningCluster, StartOptions } from '../cluster/index.js';
import { CodedError } from '../util/coded-error.js';
import type { Io } from './io.js';

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Starts the embedded cluster; what goes wrong in it later is told on standard error. */
export async function startDevCluster(options: StartOptions, io: Io, debug: boolean): Promise<RunningCluster> {
  const { startCluster } = await import('../cluster/index.js');
  return startCluster({
    ...options,
    log: (level, message, cause) => {
      if (level === 'info' && !debug) return;
      io.err(`${level.toUpperCase()} ${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
    },
  });
}

/** Where a cluster stays that is given no folder: with the user's data. */
export function defaultDataDir(env: Io['env']): string {
  const windows = process.platform === 'win32' ? env.LOCALAPPDATA : undefined;
  return join(env.XDG_DATA_HOME || windows || join(homedir(), '.local', 'share'), 'tctl', 'cluster');
}

/** The addresses of a cluster, and lines to paste for using it. */
export function describeCluster(cluster: RunningCluster): string {
  return [
    `The cluster ${cluster.clusterName} is running; Ctrl-C stops it.`,
    '',
    `  Auth service  ${cluster.authAddress}`,
    `  Proxy         ${cluster.proxyAddress}`,
    ...cluster.caPins.map((pin) => `  CA pin        ${pin}`),
    `  Data          ${cluster.dataDir}`,
    '',
    'In another terminal, as its administrator:',
    '',
    `  export TELEPORT_AUTH_SERVER=${cluster.authAddress}`,
    `  export TELEPORT_IDENTITY_FILE=${shellWord(cluster.adminIdentityFile)}`,
    '  tctl status',
    '',
    'or with a profile, as after "tsh login":',
    '',
    `  TELEPORT_HOME=${shellWord(cluster.tshHome)} tctl status`,
    '',
    'Where tbot or a login goes to the proxy, its certificate has to be trusted:',
    '',
    `  export SSL_CERT_FILE=${shellWord(cluster.proxyCaFile)}`,
    '',
  ].join('\n');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The variables by which tctl, and the real tools, find this cluster and nothing else. */
export function clusterEnvironment(cluster: RunningCluster): Record<string, string> {
  return {
    TELEPORT_AUTH_SERVER: cluster.authAddress,
    TELEPORT_IDENTITY_FILE: cluster.adminIdentityFile,
    TELEPORT_HOME: cluster.tshHome,
    TELEPORT_CONFIG: '',
    TELEPORT_CONFIG_FILE: '', // also keeps an /etc/teleport.yaml out of it (cli §1.2)
  };
}

/** Resolves with the first signal that asks this process to end. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of FORWARDED) process.once(signal, () => resolve());
  });
}

/** Waits until the cluster answers a client that connects as the command will. */
export async function untilAnswering(cluster: RunningCluster): Promise<void> {
  const { connect } = await import('../client/index.js');
  const client = await connect({ env: clusterEnvironment(cluster) });
  try {
    await client.ping();
  } finally {
    await client.close();
  }
}

/**
 * Runs a command with this process's streams, passing signals on to it.
 * @returns its exit status; 128 and the signal's number if a signal ended it.
 * @throws CodedError `command_not_started`.
 */
export async function runCommand(command: readonly string[], env: Record<string, string>, io: Io): Promise<number> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'inherit', env: { ...io.env, ...env } });
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends its interrupt to the command as well.
    if (signal !== 'SIGINT' || !io.stdinIsTerminal) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) => resolve(signal ? 128 + constants.signals[signal] : (status ?? 1)));
    });
  } catch (error) {
    throw new CodedError('command_not_started', `cannot run "${file}": ${(error as Error).message}`, {
      cause: error,
      hint: 'After --, give a program and its arguments, for example "tctl dev --ephemeral -- tctl status"',
    });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}
