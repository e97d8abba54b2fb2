import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Runs a TypeScript file of the tests in a process of its own; its stderr goes to ours. */
export function spawnTypeScript(file: string, ...argv: string[]): ChildProcessByStdio<null, Readable, null> {
  const sources = join(import.meta.dirname, 'typescript-sources.mjs');
  const options = ['--no-warnings', '--experimental-transform-types', '--import', sources];
  return spawn(process.execPath, [...options, file, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
}
