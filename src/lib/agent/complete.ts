import { type Candidate, type Completion, completionText } from '../util/completion.js';
import { type Flag, type Flags, splitCommand } from './command-line.js';
import { GLOBAL_FLAGS } from './flags.js';
import { COMMANDS, type CommandEntry } from './tbot/index.js';

/** What help calls values that are paths. */
const PATH_VALUES = ['DIR', 'FILE', 'PLACE'];

/**
 * How an unfinished command line may go on, as the scripts of shells read it.
 * @param words those before the word under the cursor
 */
export async function complete(words: readonly string[], word: string): Promise<string> {
  return completionText(await candidates(words, word), word);
}

async function candidates(words: readonly string[], word: string): Promise<Completion> {
  const { words: named } = splitCommand(words, GLOBAL_FLAGS);
  const said = (named[0] === 'help' ? named.slice(1) : named).join(' ');
  const entry = COMMANDS.find((one) => one.words === said || one.aliases?.includes(said));
  const flags = entry === undefined || named[0] === 'help' ? GLOBAL_FLAGS : (await entry.load()).flags;
  const [lead, name] = /^--([^=]+)=/.exec(word) ?? [];
  if (lead !== undefined && name !== undefined) return valuesOf(flags[name], lead);
  const waiting = flagThatWaits(words.at(-1) ?? '', flags);
  if (waiting !== undefined) return valuesOf(waiting, '');
  if (word.startsWith('-')) return flagNames(flags);
  return words.some(isFlagOfCommand) ? [] : await nextWords(said === '' ? '' : `${said} `);
}

function valuesOf(flag: Flag | undefined, lead: string): Completion {
  if (flag?.oneOf !== undefined) return flag.oneOf.map((value) => ({ value: `${lead}${value}` }));
  return PATH_VALUES.includes(flag?.value ?? '') ? 'files' : [];
}

/** The flag whose value is the next word. */
function flagThatWaits(last: string, flags: Flags): Flag | undefined {
  const found = Object.entries(flags).find(([name, { short }]) => last === `--${name}` || last === `-${short}`);
  return found?.[1].type === 'string' ? found[1] : undefined;
}

function flagNames(flags: Flags): Candidate[] {
  return Object.entries(flags).map(([name, { type, help }]) => ({
    value: type === 'string' ? `--${name}=` : `--${name}`,
    summary: help,
  }));
}

/** A word of a command cannot follow. */
function isFlagOfCommand(arg: string): boolean {
  const [, name] = /^--(?:no-)?([^=]+)/.exec(arg) ?? [];
  return name !== undefined && !Object.hasOwn(GLOBAL_FLAGS, name);
}

async function nextWords(said: string): Promise<Candidate[]> {
  const fitting = COMMANDS.filter(({ words, isHidden }) => !isHidden && words.startsWith(said));
  const next = fitting.map((entry) => nextWord(entry, said));
  return Promise.all(said === '' ? [...next, { value: 'help', summary: 'Help for a command' }] : next);
}

async function nextWord({ words, load }: CommandEntry, said: string): Promise<Candidate> {
  const [value = '', ...more] = words.slice(said.length).split(' ');
  return more.length > 0 ? { value } : { value, summary: (await load()).summary };
}
