import { spawn } from 'node:child_process';

/** How a program of the system ended. */
export interface ProgramRun {
  /** undefined when it could not be run at all. */
  status: number | undefined;
  stdout: string;
  /** What it said on standard error, or why it could not be run. */
  reason: string;
}

/** Runs a program of the system and gathers what it says. */
export function runProgram(command: string, args: readonly string[]): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
      });
    child.once('error', ({ message }) => resolve({ status: undefined, stdout: '', reason: message }));
    child.once('close', (status) =>
      resolve({
        status: status ?? -1,
        stdout: said.stdout,
        reason: said.stderr.trim() || `${command} ended with status ${status}`,
      }),
    );
  });
}
