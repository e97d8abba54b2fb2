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
  help: string;
}
export type Flags = Readonly<Record<string, Flag>>;

/** The flags of a command line; those of the environment are marked, for they count less in places (tbot §1.2). */
export interface FlagValues {
  text(name: string): string | undefined;
  texts(name: string): string[];
  /** undefined when it was not typed. */
  bool(name: string): boolean | undefined;
}

/** A mistake in the command line. */
export class UsageError extends CodedError {
  constructor(message: string, hint?: string) {
    super('usage', message, hint === undefined ? {} : { hint });
  }
}

/** The words of a command line that are no flags, which name the command. @param flags those of all commands */
export function commandWords(args: readonly string[], flags: Flags): string[] {
  return parseArgs({ args: [...args], options: flags, strict: false, allowNegative: true }).positionals;
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
  for (const token of tokens) if (token.kind === 'option') checkToken(token, flags);
  const value = (name: string) => {
    const flag = flags[name];
    return values[name] ?? (flag?.env === undefined ? undefined : env[flag.env] || undefined);
  };
  for (const [name, { oneOf }] of Object.entries(flags)) checkChoice(name, value(name), oneOf);
  return {
    text: (name) => value(name) as string | undefined,
    texts: (name) => [value(name) ?? []].flat() as string[],
    bool: (name) => values[name] as boolean | undefined,
  };
}

function checkToken(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  flags: Flags,
): void {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
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

/** Lists flags for a help text. */
export function flagHelp(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { short, type, env, help }]) => {
    const head = `  ${short ? `-${short}, ` : '    '}--${name}${type === 'string' ? ` ${name.toUpperCase()}` : ''}`;
    return { head, help: env === undefined ? help : `${help} (variable ${env})` };
  });
  const width = Math.max(...rows.map(({ head }) => head.length));
  return rows.map(({ head, help }) => `${head.padEnd(width)}  ${help}`).join('\n');
}
