import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type CliRun, finished } from './run-cli.js';

export type PeerTool = 'tctl' | 'tbot' | 'tsh';

/** Path of a real binary in the folder that `TELEPORT_PEER` names. */
export function peerBinary(name: PeerTool | 'teleport'): string {
  const folder = process.env.TELEPORT_PEER;
  if (!folder) throw new Error('TELEPORT_PEER is not set: run "npm run test:peer"');
  return join(folder, name);
}

/** Runs a real tool as `runCli` runs the built one, with its self-update off. */
export function runBinary(name: PeerTool, args: string[], options: CliOptions = {}): Promise<CliRun> {
  return finished(startBinary(name, args, options), options.stdin);
}

/** Starts a real tool and leaves its streams to the caller. */
export function startBinary(name: PeerTool, args: string[], { env = {}, cwd = tmpdir() }: CliOptions = {}) {
  return spawn(peerBinary(name), args, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: join(tmpdir(), 'no-such-home'),
      TELEPORT_CONFIG_FILE: '',
      TELEPORT_TOOLS_VERSION: 'off',
      ...env,
    },
  });
}
