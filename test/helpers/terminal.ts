import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TerminalRun {
  status: number | null;
  /** What the terminal showed, both streams. */
  screen: string;
}

/** Prompts to wait for, in order, and what to type at each, given what the screen shows. */
export type Answers = [prompt: string, answer: (screen: string) => string][];

/** Whether this machine has a tool that makes pseudo-terminals: `script` of util-linux. */
export const hasTerminals = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

/** Runs a command at a pseudo-terminal, as a person would, cut off from this machine's own credentials. */
export function runAtTerminal(
  command: string[],
  { env = {}, answers = [] }: { env?: Record<string, string>; answers?: Answers } = {},
): Promise<TerminalRun> {
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH,
      HOME: join(tmpdir(), 'no-such-home'),
      TELEPORT_CONFIG_FILE: '',
      TERM: 'dumb',
      ...env,
    },
  });
  const waiting = [...answers];
  let screen = '';
  let seen = 0;
  child.stdin.on('error', () => undefined); // a command may end without asking
  child.stdout.setEncoding('utf8').on('data', (text) => {
    screen += text;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const at = screen.indexOf(next[0], seen);
      if (at < 0) return;
      seen = at + next[0].length;
      waiting.shift();
      child.stdin.write(`${next[1](screen)}\n`);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, screen: screen.replaceAll('\r\n', '\n') }));
  });
}

/** The words that start the built `bin/run.js`. */
export function cliCommand(root: URL, ...args: string[]): string[] {
  return [process.execPath, new URL('bin/run.js', root).pathname, ...args];
}
