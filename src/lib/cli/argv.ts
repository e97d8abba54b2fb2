import type { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import { notOffered } from './not-offered.js';
import { findTeleportCommand } from './teleport-commands.js';
import { UsageError } from './usage-error.js';

/** What has to be known of a flag to read a command line. */
export interface FlagShape {
  type: 'boolean' | 'option';
  char?: string;
  multiple?: boolean;
  allowNo?: boolean;
  required?: boolean;
  hidden?: boolean;
  summary?: string;
  options?: readonly string[];
  /** Other long names. */
  aliases?: string[];
}

/** What has to be known of a command to read its line. */
export interface CommandShape {
  id: string;
  flags: Record<string, FlagShape>;
  args: Record<string, { required?: boolean }>;
  strict?: boolean;
  hidden?: boolean;
  summary?: string;
}

/** All commands, by id with `:` between the words, aliases included. */
export interface CommandTable {
  ids: readonly string[];
  find(id: string): CommandShape | undefined;
  /** Flags accepted anywhere on the line. */
  globals: Record<string, FlagShape>;
}

export type Invocation = { kind: 'command'; id: string; argv: string[] } | { kind: 'help'; words: string[] };

const HELP_FLAGS = ['--help', '-h'];
/** Hidden flags of the real tool that print what `tctl completion` prints here. */
const COMPLETION_FLAG = /^--completion-script-(bash|zsh)$/;

/**
 * Turns a command line as the real tool reads it (cli §1.2) into one that oclif's parser reads the same way: global flags
 * may stand before the command, the last of a repeated flag wins, `@file` stands for the lines of that file.
 * @throws UsageError for everything that is wrong with the line itself; CodedError `not_offered` for a command that only
 * Teleport's own tctl has.
 */
export function readCommandLine(
  args: readonly string[],
  table: CommandTable,
  readLines: (path: string) => string[],
): Invocation {
  const end = args.indexOf('--');
  let head = (end < 0 ? args : args.slice(0, end)).flatMap((arg) => expandFile(arg, readLines));
  let tail = end < 0 ? [] : args.slice(end);

  const shell = COMPLETION_FLAG.exec(head[0] ?? '')?.[1];
  if (shell) return { kind: 'command', id: 'completion', argv: [shell] };
  let found = findCommand(head, table);
  while (!found.command && tail.length > 1) {
    head = [...head, tail[1] as string];
    tail = ['--', ...tail.slice(2)];
    found = findCommand(head, table);
  }
  const { words, command, before, after } = found;
  if (words[0] === 'help') return { kind: 'help', words: helpWords(words.slice(1).concat(after), table) };
  if (head.some((arg) => HELP_FLAGS.includes(arg))) return { kind: 'help', words };
  if (words.length === 0) {
    normaliseFlags(before, tail, { id: '', flags: {}, args: {} }, table.globals);
    return { kind: 'help', words };
  }
  if (!command) {
    throw new UsageError(`${words.join(' ')}: a subcommand is missing`, {
      commandId: words.join(':'),
      hint: `Choose one of: ${subcommands(words, table).join(', ')}`,
    });
  }
  return { kind: 'command', id: command.id, argv: normaliseFlags([...before, ...after], tail, command, table.globals) };
}

function expandFile(arg: string, readLines: (path: string) => string[]): string[] {
  if (!arg.startsWith('@')) return [arg];
  try {
    return readLines(arg.slice(1)).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  } catch (error) {
    throw new UsageError(`cannot read arguments from ${arg.slice(1)}: ${(error as Error).message}`, {
      hint: 'An argument that starts with @ names a file of arguments, one per line; put it after -- to use it as it is',
    });
  }
}

/** Splits the words of the command from the flags before them and everything after them. */
function findCommand(
  args: readonly string[],
  table: CommandTable,
): { words: string[]; command?: CommandShape; before: string[]; after: string[] } {
  const words: string[] = [];
  const before: string[] = [];
  let command: CommandShape | undefined;
  let at = 0;
  for (; at < args.length && !command; at++) {
    const arg = args[at] as string;
    if (arg.startsWith('-') && arg.length > 1) {
      before.push(arg);
      if (!takesNextValue(arg, table.globals)) continue;
      const value = args[++at];
      if (value === undefined) throw new UsageError(`flag ${arg} needs a value`);
      before.push(value);
      continue;
    }
    if (words.length === 0 && arg === 'help') return { words: ['help'], before, after: args.slice(at + 1) };
    const id = [...words, arg].join(':');
    command = table.find(id);
    if (!command && !table.ids.some((known) => known.startsWith(`${id}:`)))
      throw unknownCommand(words, args.slice(at), table);
    words.push(arg);
    // A command may also be the first word of others.
    if (command && table.find(`${id}:${args[at + 1]}`)) command = undefined;
  }
  return { words: command ? words : ownWords(words, table), command, before, after: args.slice(at) };
}

/** The first words of commands as the commands are named: `bots` for `bot`, which stands in aliases only. */
function ownWords(words: readonly string[], table: CommandTable): string[] {
  const prefix = words.map((word) => `${word}:`).join('');
  const id = table.ids.find((known) => known.startsWith(prefix));
  const own = id === undefined ? undefined : table.find(id)?.id.split(':');
  return own === undefined ? [...words] : own.slice(0, words.length);
}

/** Whether the word after a flag is its value. */
export function takesNextValue(arg: string, flags: Record<string, FlagShape>): boolean {
  if (HELP_FLAGS.includes(arg)) return false;
  if (arg.startsWith('--')) return flags[arg.slice(2)]?.type === 'option';
  return arg.length === 2 && flagOfChar(arg[1] as string, flags)?.[1].type === 'option';
}

function flagOfChar(char: string, flags: Record<string, FlagShape>): [string, FlagShape] | undefined {
  return Object.entries(flags).find(([, flag]) => flag.char === char);
}

function subcommands(words: readonly string[], table: CommandTable): string[] {
  const prefix = words.map((word) => `${word}:`).join('');
  const own = table.ids.filter((id) => table.find(id)?.id === id); // not the aliases
  const next = own.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length).split(':')[0]);
  return [...new Set(next as string[])].sort();
}

function unknownCommand(typed: readonly string[], rest: readonly string[], table: CommandTable): CodedError {
  const [word = ''] = rest;
  const firstFlag = rest.findIndex((arg) => arg.startsWith('-'));
  const teleports = findTeleportCommand([...typed, ...rest.slice(0, firstFlag < 0 ? undefined : firstFlag)]);
  if (teleports) return notOffered(`the command "${teleports.name}"`, `tctl ${teleports.name}`, teleports.instead);
  const words = ownWords(typed, table);
  const choices = subcommands(words, table);
  const near = nearest(word, choices);
  return new UsageError(`unknown command "${[...typed, word].join(' ')}"`, {
    commandId: words.length > 0 ? words.join(':') : undefined,
    hint: near
      ? `Did you mean "tctl ${[...words, near].join(' ')}"?`
      : `Run "tctl help${words.map((w) => ` ${w}`).join('')}" to see the commands there are`,
  });
}

function helpWords(words: readonly string[], table: CommandTable): string[] {
  const asked = words.filter((word) => !word.startsWith('-'));
  const known = findCommand(asked, table);
  return known.words;
}

/** Checks flags and positionals against the command and writes them in oclif's form. */
function normaliseFlags(
  args: readonly string[],
  tail: readonly string[],
  command: CommandShape,
  globals: Record<string, FlagShape>,
): string[] {
  // Without a prototype: `--constructor` is no flag.
  const flags: Record<string, FlagShape> = Object.assign(Object.create(null), globals, command.flags);
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-') || arg === '-') positionals.push(arg);
    else if (arg.startsWith('--')) readLongFlag(arg, rest, flags, given, command.id);
    else readShortFlags(arg, rest, flags, given, command.id);
  }
  checkPresence(given, [...positionals, ...tail.slice(1)], flags, command);
  return [...given.values()].flat().concat(positionals, tail);
}

type Given = Map<string, string[]>;

function record(given: Given, name: string, flag: FlagShape, value: string, commandId: string): void {
  if (flag.options && !flag.options.includes(value)) {
    const near = nearest(value, flag.options);
    throw new UsageError(`--${name} must be one of ${flag.options.join(', ')}, not "${value}"`, {
      commandId,
      hint: near ? `Did you mean --${name}=${near}?` : undefined,
    });
  }
  const form = `--${name}=${value}`;
  given.set(name, flag.multiple ? [...(given.get(name) ?? []), form] : [form]);
}

function readLongFlag(
  arg: string,
  rest: string[],
  flags: Record<string, FlagShape>,
  given: Given,
  commandId: string,
): void {
  const equals = arg.indexOf('=');
  const written = arg.slice(2, equals < 0 ? undefined : equals);
  const name = Object.keys(flags).find((candidate) => flags[candidate]?.aliases?.includes(written)) ?? written;
  const negated = name.startsWith('no-') ? flags[name.slice(3)] : undefined;
  const flag = flags[name];
  if (!flag && negated?.type === 'boolean' && equals < 0) {
    given.delete(name.slice(3));
    if (negated.allowNo) given.set(name.slice(3), [arg]);
    return;
  }
  if (!flag) throw unknownFlag(`--${name}`, flags, commandId);
  if (flag.type === 'option') {
    const value = equals < 0 ? rest.shift() : arg.slice(equals + 1);
    if (value === undefined) throw new UsageError(`flag --${name} needs a value`, { commandId });
    record(given, name, flag, value, commandId);
  } else if (equals < 0) {
    given.set(name, [arg]);
  } else {
    throw new UsageError(`flag --${name} takes no value`, { commandId, hint: `Write --${name} to switch it on` });
  }
}

/** `-f`, `-fd` (joined switches), `-ofile` and `-o file`. */
function readShortFlags(
  arg: string,
  rest: string[],
  flags: Record<string, FlagShape>,
  given: Given,
  commandId: string,
): void {
  for (let at = 1; at < arg.length; at++) {
    const found = flagOfChar(arg[at] as string, flags);
    if (!found) throw unknownFlag(`-${arg[at]}`, flags, commandId);
    const [name, flag] = found;
    if (flag.type === 'boolean') {
      given.set(name, [`--${name}`]);
      continue;
    }
    const joined = arg.slice(at + 1).replace(/^=/, '');
    const value = joined === '' ? rest.shift() : joined;
    if (value === undefined) throw new UsageError(`flag -${arg[at]} (--${name}) needs a value`, { commandId });
    record(given, name, flag, value, commandId);
    return;
  }
}

function unknownFlag(flag: string, flags: Record<string, FlagShape>, commandId: string): UsageError {
  const visible = Object.entries(flags).filter(([, shape]) => !shape.hidden);
  const near = flag.startsWith('--')
    ? nearest(
        flag.slice(2),
        visible.map(([name]) => name),
      )
    : undefined;
  return new UsageError(`unknown flag "${flag}"`, {
    commandId,
    hint: near ? `Did you mean "--${near}"?` : undefined,
  });
}

function checkPresence(
  given: Given,
  positionals: readonly string[],
  flags: Record<string, FlagShape>,
  command: CommandShape,
): void {
  const args = Object.entries(command.args);
  const commandId = command.id;
  const missing = [
    ...args.filter(([, arg], at) => arg.required && at >= positionals.length).map(([name]) => `<${name}>`),
    ...Object.entries(flags)
      .filter(([name, flag]) => flag.required && !given.has(name))
      .map(([name]) => `--${name}`),
  ];
  if (missing.length > 0) throw new UsageError(`missing ${missing.join(' and ')}`, { commandId });
  if (command.strict !== false && positionals.length > args.length) {
    throw new UsageError(`unexpected argument "${positionals[args.length]}"`, { commandId });
  }
}
