import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliRun, codeCache, finished } from './run-cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the built `bin/tbot.js` and leaves its streams to the caller. */
export function startTbot(args: string[], env: Record<string, string> = {}) {
  if (!existsSync(join(root, 'dist/programs.cjs'))) throw new Error('dist/ is missing: run "npm run build" first');
  return spawn(process.execPath, [join(root, 'bin/tbot.js'), ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOME: join(tmpdir(), 'no-such-home'), NODE_COMPILE_CACHE: codeCache, ...env },
  });
}

/** Runs the built `bin/tbot.js` as a user would. */
export function runTbot(args: string[], env: Record<string, string> = {}): Promise<CliRun> {
  return finished(startTbot(args, env));
}
