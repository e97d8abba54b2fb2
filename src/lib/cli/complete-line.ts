import type { Candidate } from '../util/completion.js';
import { type CommandTable, type FlagShape, takesNextValue } from './argv.js';

/** Where on a command line the word under the cursor stands. */
export type Place =
  | { kind: 'command'; words: readonly string[] }
  | { kind: 'flag-name'; command?: string; given: ReadonlySet<string> }
  /** @param lead what of the word stands before the value */
  | { kind: 'flag-value'; command?: string; flag: string; lead: string }
  | { kind: 'argument'; command: string; at: number }
  /** After `--`, or where nothing more may stand. */
  | { kind: 'unknown' };

/** The place of the word under the cursor, and the values of the global flags before it. */
export interface ReadLine {
  place: Place;
  globals: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads an unfinished command line by the rules of a finished one, without refusing anything.
 * @param words those before the word under the cursor, without the program's name
 * @param word the word under the cursor, up to the cursor
 */
export function readUnfinished(words: readonly string[], word: string, table: CommandTable): ReadLine {
  const named: string[] = [];
  const given = new Set<string>();
  const globals = new Map<string, string[]>();
  let command: string | undefined;
  let positionals = 0;
  let waiting: string | undefined; // a flag whose value is the next word
  const flags = () => flagsOf(command, table);
  const note = (flag: string, value: string) => {
    given.add(flag);
    if (Object.hasOwn(table.globals, flag)) globals.set(flag, [...(globals.get(flag) ?? []), value]);
  };
  for (const each of words) {
    if (waiting !== undefined) {
      note(waiting, each);
      waiting = undefined;
    } else if (each === '--') {
      return { place: { kind: 'unknown' }, globals };
    } else if (each.startsWith('-') && each.length > 1) {
      const [, long, value] = /^--([^=]+)(?:=(.*))?$/s.exec(each) ?? [];
      const name = long ?? Object.entries(flags()).find(([, flag]) => flag.char === each[1])?.[0];
      if (name !== undefined && takesNextValue(each, flags())) waiting = name;
      else if (name !== undefined) note(name, value ?? (long === undefined ? each.slice(2) : ''));
    } else if (command === undefined) {
      named.push(each);
      command = table.find(named.join(':'))?.id;
    } else {
      positionals++;
    }
  }
  return { place: placeOf(), globals };

  function placeOf(): Place {
    const of = command === undefined ? {} : { command };
    if (waiting !== undefined) return { kind: 'flag-value', ...of, flag: waiting, lead: '' };
    const [lead, flag] = /^--([^=]+)=/.exec(word) ?? [];
    if (lead !== undefined && flag !== undefined) return { kind: 'flag-value', ...of, flag, lead };
    if (word.startsWith('-')) return { kind: 'flag-name', ...of, given };
    if (command !== undefined) return { kind: 'argument', command, at: positionals };
    return { kind: 'command', words: named };
  }
}

/** The flags that may stand on the line of a command; the global ones before it is named. */
export function flagsOf(command: string | undefined, table: CommandTable): Record<string, FlagShape> {
  return Object.assign(Object.create(null), table.globals, command === undefined ? {} : table.find(command)?.flags);
}

/** The words that may follow those of a command that is not complete. */
export function nextWords(words: readonly string[], table: CommandTable): Candidate[] {
  const asked = words[0] === 'help' ? words.slice(1) : words;
  const named = asked.map((_, at) => asked.slice(0, at + 1).join(':'));
  const prefix = asked.map((word) => `${word}:`).join('');
  if (named.some((id) => table.find(id))) return [];
  const shown = table.ids.filter((id) => id.startsWith(prefix) && isShown(id, table));
  const next = shown.map((id): Candidate => {
    const [word = '', ...rest] = id.slice(prefix.length).split(':');
    const summary = rest.length === 0 ? table.find(id)?.summary : undefined;
    return summary === undefined ? { value: word } : { value: word, summary };
  });
  return words.length === 0 ? [...next, { value: 'help', summary: 'Help for a command' }] : next;
}

function isShown(id: string, table: CommandTable): boolean {
  const command = table.find(id);
  return command?.id === id && !command.hidden;
}

/** The names of flags that may still be given, the command's own first. */
export function flagNames(command: string | undefined, given: ReadonlySet<string>, table: CommandTable): Candidate[] {
  const all = Object.entries(flagsOf(command, table));
  const isGlobal = ([name]: [string, FlagShape]) => Object.hasOwn(table.globals, name);
  const open = [...all.filter((flag) => !isGlobal(flag)), ...all.filter(isGlobal)].filter(
    ([name, flag]) => !flag.hidden && (flag.multiple || !given.has(name)),
  );
  const names = open.map(([name, { type, summary }]) => ({
    value: type === 'option' ? `--${name}=` : `--${name}`,
    ...(summary !== undefined && { summary }),
  }));
  return [...names, { value: '--help', summary: 'Show help' }];
}
