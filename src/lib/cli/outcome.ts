import { inspect } from 'node:util';
import { coloured } from '../output/color.js';
import { CodedError, isErrorCode } from '../util/coded-error.js';
import { printable } from '../util/printable.js';
import { wrapText } from '../util/wrap-text.js';
import { type Io, mayColour } from './io.js';
import { UsageError } from './usage-error.js';

/** The status after Ctrl-C, as shells have it: 128 and the number of the signal. */
const INTERRUPTED = 130;

/** What to do next, for errors that do not say it themselves. */
const HINTS: Record<string, string> = {
  access_denied:
    'Ask a cluster administrator for a role that allows this, such as the preset role "editor"; or, if the cluster no longer knows this user, for new credentials',
  mfa_required:
    "The cluster wants a second factor for administrative actions: use credentials that are exempt, such as a bot's identity or the auth host itself",
  not_found: 'See what there is with "tctl get KIND", for example "tctl get tokens"',
  connect_failed: 'Check the address and that the cluster runs; -d shows everything that was tried',
  unavailable: 'The cluster did not answer, or the connection broke: try again; -d shows what was tried',
  deadline_exceeded: 'The cluster took too long to answer: try again',
  not_implemented: 'The cluster is too old for this, or does not offer it',
  compare_failed: 'Somebody else changed it in the meantime: read it again and repeat the change',
};

/** Prints an error the one way all errors are printed, and marks the process as failed. */
export function reportError(error: unknown, io: Io, { debug, usage }: { debug: boolean; usage?: string }): void {
  const width = io.stderrIsTerminal ? io.width : Number.POSITIVE_INFINITY;
  io.err(describeError(error, { debug, usage, width, colour: mayColour(io.stderrIsTerminal, io.env) }));
  setExitStatus(isErrorCode(error, 'interrupted') ? INTERRUPTED : 1);
}

/** The status the process ends with once everything is written. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

/** Has the process end by itself at a time when nobody waits for it any more. @returns takes that back */
export function endAfter(ms: number): () => void {
  const timer = setTimeout(() => process.exit(), ms);
  return () => clearTimeout(timer);
}

/**
 * The text for standard error: what went wrong, what to do next, and with `debug` where it came from.
 * @param options.width columns of the screen; no end unless given
 */
export function describeError(
  error: unknown,
  {
    debug,
    usage,
    colour = false,
    width = Number.POSITIVE_INFINITY,
  }: { debug: boolean; usage?: string; colour?: boolean; width?: number },
): string {
  const message = printable(error instanceof Error ? error.message || error.name : String(error));
  const lines = [`ERROR: ${message}`, ...detailsOf(error).map((line) => `  ${printable(line)}`)];
  const hint = hintFor(error);
  if (hint) lines.push(...hint.split('\n').map((line) => `  ${line}`));
  const words = wrapText(lines.splice(0).join('\n'), width);
  lines.push(words.replace(/^ERROR: /, (prefix) => coloured(prefix, 'red', colour)));
  if (usage) lines.push('', usage);
  if (debug) lines.push('', printable(originOf(error)));
  else if (!isExpected(error)) lines.push('  This looks like a defect of tctl itself; -d shows where it happened');
  return `${lines.join('\n')}\n`;
}

/** Where an error came from, and what caused it. Of what errors carry only the code: it may be documents, with secrets. */
function originOf(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const own = `${error.stack}${typeof code === 'string' ? `\n    code: ${code}` : ''}`;
  const others = [...(cause === undefined ? [] : [cause]), ...(error instanceof AggregateError ? error.errors : [])];
  return [own, ...others.map((other) => `Caused by: ${originOf(other)}`)].join('\n');
}

/** One line for each of several things that went wrong. */
function detailsOf(error: unknown): readonly string[] {
  return (error instanceof CodedError && (error as { details?: readonly string[] }).details) || [];
}

function hintFor(error: unknown): string | undefined {
  if (!(error instanceof CodedError)) return undefined;
  return error.hint ?? HINTS[error.code];
}

/** Errors that somebody foresaw: ours, and what the operating system says of files. */
function isExpected(error: unknown): boolean {
  return error instanceof CodedError || (error instanceof Error && 'syscall' in error);
}

/** Whether the command line asks for `--debug`; looked up apart from parsing, because the parsing may be what failed. */
export function asksForDebug(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--debug' || /^-[dfv]*d[dfv]*$/.test(arg));
}

/** The command whose usage helps with this error, if any. */
export function commandOf(error: unknown): string | undefined {
  return error instanceof UsageError ? error.commandId : undefined;
}
