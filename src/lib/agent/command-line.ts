import { parseArgs } from 'node:util';

import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

/** A flag as `parseArgs` knows it, with its help. */
export interface Flag {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** Environment variable that stands for it. */
  env?: string;
  oneOf?: readonly string[];
  /** The command line is refused without it. */
  isRequired?: boolean;
  /** What help calls its value; the name of the flag if absent. */
  value?: string;
  help: string;
}
export type Flags = Readonly<Record<string, Flag>>;

/** Flags of the real tool, for its developers, that this one does not have (tbot §1.2). */
const FOREIGN_FLAGS: readonly string[] = ['trace', 'trace-exporter', 'mem-profile', 'cpu-profile', 'trace-profile'];

/** The flags of a command line, and of the environment where they are not typed (tbot §1.2). */
export interface FlagValues {
  text(name: string): string | undefined;
  /** The value of a flag that is required. */
  required(name: string): string;
  texts(name: string): string[];
  /** Whether the flag stands on the command line; what only the environment sets counts less in places. */
  isTyped(name: string): boolean;
  /** undefined when it was not typed. */
  bool(name: string): boolean | undefined;
}

/** A mistake in the command line. */
export class UsageError extends CodedError {
  constructor(message: string, hint?: string) {
    super('usage', message, hint === undefined ? {} : { hint });
  }
}

/**
 * Tells the words that name a command from what follows them. Only global flags may stand before or between the words
 * (tbot §1.2).
 */
export function splitCommand(args: readonly string[], globals: Flags): { words: string[]; rest: string[] } {
  const words: string[] = [];
  const rest: string[] = [];
  let index = 0;
  while (index < args.length) {
    const arg = args[index] ?? '';
    const length = arg.startsWith('-') ? globalFlagLength(arg, globals) : 0;
    if (arg.startsWith('-') && length === 0) break;
    if (length === 0) words.push(arg);
    rest.push(...args.slice(index, index + length));
    index += Math.max(length, 1);
  }
  return { words, rest: [...rest, ...args.slice(index)] };
}

/** How many arguments a global flag takes up; 0 when it is none. */
function globalFlagLength(arg: string, globals: Flags): number {
  const [, long, short, attached] = /^(?:--(?:no-)?([^=]+)|-([^-]))(.*)$/s.exec(arg) ?? [];
  const found = Object.entries(globals).find(([name, flag]) => name === long || (short && flag.short === short));
  if (found === undefined) return 0;
  return found[1].type === 'string' && !attached ? 2 : 1;
}

/** Reads the flags of one command. @throws UsageError */
export function readFlags(args: readonly string[], flags: Flags, env: Record<string, string | undefined>): FlagValues {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: flags,
    strict: false,
    allowNegative: true,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option') checkToken(token, flags);
    if (token.kind === 'positional') throw unexpected(token.value);
  }
  const value = (name: string) => {
    const flag = flags[name];
    return values[name] ?? (flag?.env === undefined ? undefined : env[flag.env] || undefined);
  };
  for (const [name, { oneOf }] of Object.entries(flags)) checkChoice(name, value(name), oneOf);
  if (!values.help) requireFlags(flags, (name) => value(name) !== undefined);
  return {
    text: (name) => value(name) as string | undefined,
    required: (name) => value(name) as string,
    texts: (name) => [value(name) ?? []].flat() as string[],
    isTyped: (name) => values[name] !== undefined,
    bool: (name) => values[name] as boolean | undefined,
  };
}

function unexpected(value: string): UsageError {
  return new UsageError(
    `unexpected argument ${JSON.stringify(value)}`,
    'The words of a command stand before its flags, and a switch takes no value: --oneshot or --no-oneshot.',
  );
}

function requireFlags(flags: Flags, isGiven: (name: string) => boolean): void {
  const missing = Object.keys(flags).filter((name) => flags[name]?.isRequired && !isGiven(name));
  const names = missing.map((name) => `--${name}`).join(', ');
  if (missing.length > 0)
    throw new UsageError(missing.length === 1 ? `the flag ${names} is missing` : `flags are missing: ${names}`);
}

function checkToken(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  flags: Flags,
): void {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined && FOREIGN_FLAGS.includes(name))
    throw new UsageError(`the flag ${rawName} is not supported by this tool`, 'The tbot of Teleport has it.');
  if (flag === undefined) {
    const meant = nearest(name, Object.keys(flags));
    throw new UsageError(`unknown flag ${rawName}`, meant === undefined ? undefined : `Did you mean --${meant}?`);
  }
  if (flag.type === 'string' && value === undefined) throw new UsageError(`the flag ${rawName} needs a value`);
  if (flag.type === 'boolean' && value !== undefined) throw new UsageError(`the flag ${rawName} takes no value`);
}

function checkChoice(name: string, value: unknown, oneOf: readonly string[] | undefined): void {
  if (oneOf === undefined || typeof value !== 'string' || oneOf.includes(value)) return;
  const meant = nearest(value, oneOf);
  throw new UsageError(
    `--${name} takes one of ${oneOf.join(', ')}, not ${JSON.stringify(value)}`,
    meant === undefined ? undefined : `Did you mean ${meant}?`,
  );
}
