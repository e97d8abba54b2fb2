import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One finished run of a command. */
export interface Run {
  wallMs: number;
  /** highest resident size in MiB that was seen; undefined where /proc is absent */
  peakMiB?: number;
}

/** Runs a command to its end and gives its time and peak memory; a failing command is an error with its stderr. */
export async function runOnce(command: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Run> {
  const [file = '', ...args] = command;
  const started = performance.now();
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  let peakKiB: number | undefined;
  const poll = setInterval(() => {
    peakKiB = peakOf(child.pid) ?? peakKiB;
  }, 3);
  try {
    const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}:\n${errors}`);
  } finally {
    clearInterval(poll);
  }
  return { wallMs: performance.now() - started, peakMiB: peakKiB === undefined ? undefined : peakKiB / 1024 };
}

/** The kernel's own high-water mark of a living process, in KiB. */
export function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined; // it has ended, or this is not Linux
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A command line, or how to make the one of a round where a command cannot be run twice. */
export type CommandLine = readonly string[] | ((round: number) => readonly string[]);

/** Runs the commands in turn (A B A B …) after one run of each that does not count, and gives the medians. */
export async function compare(
  commands: Record<string, CommandLine>,
  env: NodeJS.ProcessEnv,
  rounds: number,
  cwd?: string,
): Promise<Record<string, Run>> {
  const runs: Record<string, Run[]> = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const line = typeof command === 'function' ? command(round) : command;
      const run = await runOnce(line, env, cwd);
      if (round >= 0) runs[name]?.push(run);
    }
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, list]) => {
      const peaks = list.flatMap((run) => (run.peakMiB === undefined ? [] : [run.peakMiB]));
      return [
        name,
        {
          wallMs: median(list.map((run) => run.wallMs)),
          peakMiB: peaks.length === 0 ? undefined : median(peaks),
        },
      ];
    }),
  );
}
