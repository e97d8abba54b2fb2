import { twoColumns, wrap } from '../util/columns.js';
import type { Command } from './command.js';
import type { Flag } from './command-line.js';
import { GLOBAL_FLAGS } from './flags.js';

const WIDTH = 80;
/** Flags and commands that are longer have their text on the next line. */
const HEAD_WIDTH = 28;

/** The help of one command. @param aliases other words for it */
export function commandHelp(words: string, command: Command, aliases: readonly string[]): string {
  const own = Object.entries(command.flags)
    .filter(([name]) => !Object.hasOwn(GLOBAL_FLAGS, name))
    .sort(([, one], [, other]) => Number(other.isRequired ?? false) - Number(one.isRequired ?? false));
  const global = Object.entries(command.flags).filter(([name]) => Object.hasOwn(GLOBAL_FLAGS, name));
  return sections([
    usageLine(words, own),
    [`${command.summary}.`, ...(command.details ?? [])].map((text) => wrap(text, WIDTH).join('\n')).join('\n\n'),
    aliases.length === 0 ? '' : `The same as: ${aliases.map((alias) => `tbot ${alias}`).join(', ')}`,
    flagSection('Flags', own),
    flagSection('Global flags', global),
    exampleSection(command),
  ]);
}

/** With the flags that must be given. */
function usageLine(words: string, flags: readonly [string, Flag][]): string {
  const required = flags.filter(([, { isRequired }]) => isRequired);
  const parts = required.map(([name, flag]) => `--${name}=${valueName(name, flag)}`);
  return wrap(['Usage: tbot', words, ...parts, '[flags]'].join(' '), WIDTH - 4).join('\n    ');
}

/** The help of the whole program, or of the commands that begin with a word. */
export function overviewHelp(commands: readonly { words: string; summary: string }[], topic?: string): string {
  const usage = `Usage: tbot ${topic === undefined ? '' : `${topic} `}COMMAND [flags]`;
  if (topic !== undefined)
    return sections([
      usage,
      commandSection(commands),
      `Try "tbot ${topic} COMMAND --help" for the flags of a command.`,
    ]);
  return sections([
    usage,
    wrap(
      'An agent that gets an identity for a machine, keeps it fresh, and writes credentials for programs.',
      WIDTH,
    ).join('\n'),
    commandSection(commands),
    flagSection('Global flags', Object.entries(GLOBAL_FLAGS)),
    examples([
      { does: 'Run the agent as its configuration says', line: 'tbot start -c /etc/tbot.yaml' },
      { does: 'Have systemd run it', line: 'sudo tbot install systemd -c /etc/tbot.yaml --write' },
    ]),
    'Try "tbot COMMAND --help" for the flags of a command.',
  ]);
}

function commandSection(commands: readonly { words: string; summary: string }[]): string {
  return `Commands:\n${twoColumns(
    commands.map(({ words, summary }) => ({ head: words, text: summary })),
    WIDTH,
    HEAD_WIDTH,
  )}`;
}

function exampleSection({ examples: list = [] }: Command): string {
  return list.length === 0 ? '' : examples(list);
}

function examples(list: readonly { does: string; line: string }[]): string {
  const blocks = list.map(({ does, line }) => `  ${does}:\n${line.replace(/^/gm, '    ')}`);
  return `Examples:\n${blocks.join('\n\n')}`;
}

function flagSection(title: string, flags: readonly [string, Flag][]): string {
  if (flags.length === 0) return '';
  return `${title}:\n${twoColumns(
    flags.map(([name, flag]) => ({ head: flagHead(name, flag), text: flagText(flag) })),
    WIDTH,
    HEAD_WIDTH,
  )}`;
}

function flagHead(name: string, flag: Flag): string {
  const { short, type } = flag;
  const dash = short === undefined ? '    ' : `-${short}, `;
  if (type === 'boolean') return `${dash}--${name === 'help' ? '' : '[no-]'}${name}`;
  return `${dash}--${name} ${valueName(name, flag)}`;
}

function valueName(name: string, { value }: Flag): string {
  return value ?? name.replace(/.*-/, '').toUpperCase();
}

function flagText({ help, env, multiple, isRequired, oneOf }: Flag): string {
  const notes = [
    ...(isRequired ? ['required'] : []),
    ...(multiple ? ['may be repeated'] : []),
    ...(oneOf === undefined ? [] : [`one of ${oneOf.join(', ')}`]),
    ...(env === undefined ? [] : [`variable ${env}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
