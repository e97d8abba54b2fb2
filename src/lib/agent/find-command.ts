import { nearest } from '../util/nearest.js';
import { type Flags, splitCommand, UsageError } from './command-line.js';
import { type CommandEntry, FOREIGN_COMMANDS } from './tbot/index.js';

/** What a command line asks for. */
export type Request = { kind: 'command'; entry: CommandEntry; rest: string[] } | HelpRequest;

/** Help for a command, for the commands that begin with a word, or without either for all. */
export interface HelpRequest {
  kind: 'help';
  entry?: CommandEntry;
  topic?: string;
}

/** Finds the command that a command line names. @throws UsageError for one that there is not */
export function findCommand(args: readonly string[], commands: readonly CommandEntry[], globals: Flags): Request {
  const { words, rest } = splitCommand(args, globals);
  const isHelp = words[0] === 'help';
  const said = (isHelp ? words.slice(1) : words).join(' ');
  const entry = commands.find((one) => one.words === said || one.aliases?.includes(said));
  if (entry !== undefined) return isHelp ? { kind: 'help', entry } : { kind: 'command', entry, rest };
  const asksForHelp = isHelp || rest.includes('--help') || rest.includes('-h');
  if (said === '') {
    const flag = rest.find((arg) => arg.startsWith('-'));
    if (asksForHelp || flag === undefined) return { kind: 'help' };
    throw new UsageError('no command is named', `Flags of a command stand after it: tbot start ${flag} …`);
  }
  if (commands.some((one) => one.words.startsWith(`${said} `))) {
    if (asksForHelp) return { kind: 'help', topic: said };
    throw new UsageError(`${said} wants another word`, `"tbot help ${said}" lists the commands.`);
  }
  throw unknownCommand(said, commands);
}

function unknownCommand(said: string, commands: readonly CommandEntry[]): UsageError {
  const [first = '', second] = said.split(' ');
  if (FOREIGN_COMMANDS.includes(first))
    return new UsageError(
      `${said} is not supported by this tool`,
      `The tbot of Teleport has it ("tbot ${said}"), and can use the same storage folder and outputs.`,
    );
  if ((first === 'start' || first === 'configure') && second !== undefined)
    return withNearest(
      `${said}: this tool has no such output`,
      said,
      commands.filter(({ words }) => words.startsWith(`${first} `)),
    );
  return withNearest(`unknown command ${JSON.stringify(said)}`, said, commands);
}

function withNearest(message: string, said: string, commands: readonly CommandEntry[]): UsageError {
  const names = commands
    .filter(({ isHidden }) => !isHidden)
    .flatMap(({ words, aliases = [] }) => [words, ...aliases])
    .sort();
  const meant = nearest(said, names);
  return new UsageError(
    message,
    meant === undefined ? '"tbot help" lists the commands.' : `Did you mean "tbot ${meant}"?`,
  );
}
