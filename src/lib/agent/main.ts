import { systemClock } from '../util/clock.js';
import { CodedError } from '../util/coded-error.js';
import { endOnceWritten } from '../util/end-process.js';
import { printable } from '../util/printable.js';
import { systemErrorCode } from '../util/system-error.js';
import type { World } from './command.js';
import { readFlags } from './command-line.js';
import { findCommand, type HelpRequest } from './find-command.js';
import { GLOBAL_FLAGS } from './flags.js';
import { commandHelp, overviewHelp } from './help.js';
import { createLogger, type LogFormat } from './logs.js';
import { COMMANDS, type CommandEntry } from './tbot/index.js';

/** How long work under way may take to end once the process is asked to. */
const STOP_WITHIN_MS = 4_000;

/** Runs the command line of this process and leaves its exit status set. */
export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  process.stdout.on('error', endQuietly);
  process.stderr.on('error', () => undefined); // an agent outlives who reads its log
  try {
    process.exitCode = await run(args);
    await endOnceWritten(process);
  } catch (error) {
    process.stderr.write(describe(error, { isDebug: asksForDebug(args) }));
    process.exitCode = 1;
  }
}

/** A reader that has seen enough, such as `head`, is no failure. */
function endQuietly(error: Error): void {
  if (systemErrorCode(error) !== 'EPIPE') throw error;
  process.exit(0);
}

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'complete') return showCompletion(args.slice(1));
  const request = findCommand(args, COMMANDS, GLOBAL_FLAGS);
  if (request.kind === 'help') return showHelp(request);
  const command = await request.entry.load();
  const flags = readFlags(request.rest, command.flags, process.env);
  if (flags.bool('help')) return showHelp({ kind: 'help', entry: request.entry });
  const world = worldOf({
    isAgent: request.entry.words.split(' ')[0] === 'start',
    format: (flags.text('log-format') ?? 'text') as LogFormat,
    debug: flags.bool('debug') ?? isTrue(process.env.TBOT_DEBUG),
  });
  return command.run(flags, world);
}

/** For the scripts that `completion` prints: `complete --word=WORD -- [WORDS BEFORE IT...]`. */
async function showCompletion([word = '', , ...words]: readonly string[]): Promise<number> {
  const { complete } = await import('./complete.js');
  process.stdout.write(await complete(words, word.replace(/^--word=/, '')));
  return 0;
}

async function showHelp({ entry, topic }: HelpRequest): Promise<number> {
  process.stdout.write(entry === undefined ? await overview(topic) : await helpOf(entry));
  return 0;
}

async function helpOf({ words, aliases = [], load }: CommandEntry): Promise<string> {
  return commandHelp(words, await load(), aliases);
}

async function overview(topic?: string): Promise<string> {
  const shown = COMMANDS.filter(
    ({ words, isHidden }) => !isHidden && (topic === undefined || words.startsWith(`${topic} `)),
  );
  return overviewHelp(
    await Promise.all(shown.map(async ({ words, load }) => ({ words, summary: (await load()).summary }))),
    topic,
  );
}

/** @param options.isAgent whether the process hears the signals of an agent; others end by them */
function worldOf({ isAgent, ...options }: { isAgent: boolean; format: LogFormat; debug: boolean }): World {
  const log = createLogger({ ...options, clock: systemClock, write: (line) => process.stderr.write(line) });
  const stop = new AbortController();
  let reload = new AbortController();
  if (isAgent) {
    const onStop = (signal: string) => () => {
      if (stop.signal.aborted) process.exit(1); // asked twice
      log.info('stopping', { signal });
      stop.abort();
      setTimeout(() => process.exit(process.exitCode ?? 1), STOP_WITHIN_MS).unref();
    };
    process.on('SIGTERM', onStop('SIGTERM'));
    process.on('SIGINT', onStop('SIGINT'));
    for (const signal of ['SIGHUP', 'SIGUSR1'] as const)
      process.on(signal, () => {
        log.info('reloading', { signal });
        reload.abort();
      });
  }
  return {
    env: process.env,
    clock: systemClock,
    program: process.argv[1] as string,
    node: process.execPath,
    print: (text) => process.stdout.write(text),
    get input() {
      return process.stdin; // opened by who reads it only
    },
    output: process.stdout,
    log,
    stop: stop.signal,
    nextReload() {
      if (reload.signal.aborted) reload = new AbortController();
      return reload.signal;
    },
  };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True', 'y', 'yes', 'on'].includes(text);
}

function asksForDebug(args: readonly string[]): boolean {
  return args.includes('-d') || args.includes('--debug') || isTrue(process.env.TBOT_DEBUG);
}

/** What standard error tells of an error. */
function describe(error: unknown, { isDebug }: { isDebug: boolean }): string {
  const message = error instanceof Error ? error.message : String(error);
  const details = (error as { details?: readonly string[] }).details ?? [];
  const hint = error instanceof CodedError ? error.hint : undefined;
  const isColoured = process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const lines = [
    `${isColoured ? RED_ERROR : 'ERROR:'} ${printable(message)}`,
    ...[...details, ...(hint === undefined ? [] : [hint])].map((line) => `  ${printable(line)}`),
  ];
  const isForeseen = error instanceof CodedError || (error instanceof Error && 'syscall' in error);
  if (isDebug) lines.push('', printable(error instanceof Error ? (error.stack ?? '') : ''));
  else if (!isForeseen) lines.push('  This looks like a defect of tbot itself; -d shows where it happened');
  return `${lines.join('\n')}\n`;
}

const RED_ERROR = '\u001b[31mERROR:\u001b[0m';
