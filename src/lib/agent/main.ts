import { fileURLToPath } from 'node:url';

import { systemClock } from '../util/clock.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import type { World } from './command.js';
import { commandWords, type Flags, flagHelp, readFlags, UsageError } from './command-line.js';
import { GLOBAL_FLAGS, IDENTITY_FLAGS, LEGACY_FLAGS, RUN_FLAGS } from './flags.js';
import { createLogger, type LogFormat } from './logs.js';
import { COMMANDS, type CommandEntry, FOREIGN_COMMANDS } from './tbot/index.js';

/** How long work under way may take to end once the process is asked to. */
const STOP_WITHIN_MS = 4_000;

/** Runs the command line of this process and leaves its exit status set. */
export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  try {
    process.exitCode = await run(args);
  } catch (error) {
    process.stderr.write(describe(error, args));
    process.exitCode = 1;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const entry = findCommand(args);
  if (entry === undefined) return showOverview();
  const command = await entry.load();
  const flags = readFlags(args, command.flags, process.env);
  if (flags.bool('help')) {
    process.stdout.write(
      `Usage: tbot ${entry.words.join(' ')} [flags]\n\n${command.summary}\n\n${flagHelp(command.flags)}\n`,
    );
    return 0;
  }
  const world = worldOf({
    format: (flags.text('log-format') ?? 'text') as LogFormat,
    debug: flags.bool('debug') ?? isTrue(process.env.TBOT_DEBUG),
  });
  return command.run(flags, world);
}

/** Flags of all commands, to tell their values from the words of a command. */
const ALL_FLAGS: Flags = {
  ...GLOBAL_FLAGS,
  ...LEGACY_FLAGS,
  ...IDENTITY_FLAGS,
  ...RUN_FLAGS,
  output: { type: 'string', short: 'o', help: '' },
  name: { type: 'string', help: '' },
  user: { type: 'string', help: '' },
  group: { type: 'string', help: '' },
  'systemd-directory': { type: 'string', help: '' },
};

/** @returns undefined when the command line asks for help at the top. @throws UsageError */
function findCommand(args: readonly string[]): CommandEntry | undefined {
  const words = commandWords(args, ALL_FLAGS);
  if (words.length === 0 || words[0] === 'help') return undefined;
  const fitting = COMMANDS.filter((entry) => entry.words.every((word, index) => words[index] === word));
  const [best] = fitting.sort((a, b) => b.words.length - a.words.length);
  if (best !== undefined && best.words.length === words.length) return best;
  throw unknownCommand(words);
}

function unknownCommand(words: readonly string[]): UsageError {
  const said = words.join(' ');
  const [first = '', second] = words;
  if (FOREIGN_COMMANDS.includes(first))
    return new UsageError(`${said} is not offered by this tbot`, 'Run the tbot of Teleport for it.');
  if ((first === 'start' || first === 'configure') && second !== undefined)
    return new UsageError(
      `${said}: there is no such output here`,
      'This tbot offers: identity. Run the tbot of Teleport for others.',
    );
  const meant = nearest(
    said,
    COMMANDS.map((entry) => entry.words.join(' ')),
  );
  return new UsageError(`unknown command ${JSON.stringify(said)}`, meant && `Did you mean "tbot ${meant}"?`);
}

async function showOverview(): Promise<number> {
  const shown = COMMANDS.filter(({ words }) => !['legacy', 'ssh', 'id'].includes(words[1] ?? ''));
  const rows = await Promise.all(shown.map(async ({ words, load }) => ({ name: words.join(' '), ...(await load()) })));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const list = rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  process.stdout.write(
    `Usage: tbot COMMAND [flags]\n\nAn agent that gets an identity for a machine and keeps it fresh.\n\n${list}\n`,
  );
  return 0;
}

function worldOf(options: { format: LogFormat; debug: boolean }): World {
  const log = createLogger({ ...options, clock: systemClock, write: (line) => process.stderr.write(line) });
  const stop = new AbortController();
  let reload = new AbortController();
  const onStop = (signal: string) => () => {
    if (stop.signal.aborted) process.exit(1); // asked twice
    log.info('stopping', { signal });
    stop.abort();
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  };
  process.on('SIGTERM', onStop('SIGTERM'));
  process.on('SIGINT', onStop('SIGINT'));
  for (const signal of ['SIGHUP', 'SIGUSR1'] as const)
    process.on(signal, () => {
      log.info('reloading', { signal });
      reload.abort();
    });
  return {
    env: process.env,
    clock: systemClock,
    program: programPath(),
    print: (text) => process.stdout.write(text),
    log,
    stop: stop.signal,
    nextReload() {
      if (reload.signal.aborted) reload = new AbortController();
      return reload.signal;
    },
  };
}

/** The bundle stands in dist/lib/agent, the program in bin. */
function programPath(): string {
  return process.argv[1] ?? fileURLToPath(import.meta.url);
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True', 'y', 'yes', 'on'].includes(text);
}

/** What standard error tells of an error. */
function describe(error: unknown, args: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const details = (error as { details?: readonly string[] }).details ?? [];
  const hint = error instanceof CodedError ? error.hint : undefined;
  const lines = [
    `ERROR: ${message}`,
    ...details.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ];
  const isForeseen = error instanceof CodedError || (error instanceof Error && 'syscall' in error);
  if (args.includes('-d') || args.includes('--debug'))
    lines.push('', error instanceof Error ? (error.stack ?? '') : '');
  else if (!isForeseen) lines.push('  This looks like a defect of tbot itself; -d shows where it happened');
  return `${lines.join('\n')}\n`;
}
