// Writes man/*.1 from oclif.manifest.json and the commands of tbot: a page for each program and for each first word of its
// commands. package.json lists them, also by this, so that a global installation puts them where man finds them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { GLOBAL_FLAGS } from '../src/lib/agent/flags.js';
import { COMMANDS } from '../src/lib/agent/tbot/index.js';
import { bold, commandName, italic, list, type Page, pageText, paragraphs, roff, section } from './man-text.ts';

interface ManifestFlag {
  name: string;
  char?: string;
  type: 'boolean' | 'option';
  summary?: string;
  helpValue?: string;
  helpGroup?: string;
  hidden?: boolean;
  required?: boolean;
}

interface ManifestCommand {
  id: string;
  summary?: string;
  description?: string;
  usage?: string;
  examples?: string[];
  hidden?: boolean;
  aliases: string[];
  args: Record<string, { name: string; description?: string; required?: boolean }>;
  flags: Record<string, ManifestFlag>;
}

/** A command of either program, as a page shows it. */
interface Shown {
  /** Without the program's name. */
  words: string;
  synopsis: string;
  summary: string;
  details: readonly string[];
  items: readonly (readonly [head: string, text: string])[];
  aliases: readonly string[];
  examples: readonly string[];
}

const ENVIRONMENT: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  tctl: [
    ['TELEPORT_AUTH_SERVER', 'Stands for --auth-server.'],
    ['TELEPORT_IDENTITY_FILE', 'Stands for --identity.'],
    ['TELEPORT_CONFIG_FILE', 'Stands for --config. Set to nothing, /etc/teleport.yaml is not read.'],
    ['TELEPORT_CONFIG', 'Base64 of a teleport.yaml.'],
    ['TELEPORT_HOME', 'Folder of the logins, ~/.tsh unless set.'],
    ['TELEPORT_EDITOR, VISUAL, EDITOR', 'The editor that "tctl edit" opens.'],
    ['HTTPS_PROXY, NO_PROXY', 'Proxy for connections, and hosts that are reached without.'],
    ['NO_COLOR', 'No colours on a terminal.'],
  ],
  tbot: Object.values(GLOBAL_FLAGS)
    .flatMap(({ env, help }) => (env === undefined ? [] : [[env, `${help}.`] as const]))
    .concat([
      ['TELEPORT_PROXY', 'Address of the proxy.'],
      ['TELEPORT_AUTH_SERVER', 'Address of the auth service.'],
      ['TELEPORT_BOT_TOKEN', 'Token to join with, or absolute path of its file.'],
      ['NO_COLOR', 'No colours on a terminal.'],
    ]),
};

const root = new URL('..', import.meta.url);
const packageFile = new URL('package.json', root);
const packageJson = JSON.parse(readFileSync(packageFile, 'utf8')) as {
  version: string;
  man: string[];
  oclif: { topics: Record<string, { description: string }> };
};

const pages = [
  ...programPages('tctl', 'administer bots, join tokens and access of a Teleport cluster', tctlFlags(), tctlCommands()),
  ...programPages('tbot', 'keep the identity of a machine fresh', flagItems(GLOBAL_FLAGS), await tbotCommands()),
];
const folder = new URL('man/', root);
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(new URL(file, folder));
for (const page of pages) writeFileSync(new URL(`${page.name}.1`, folder), pageText(page, packageJson.version));

const manifest = { ...packageJson, man: pages.map(({ name }) => `man/${name}.1`).sort() };
writeFileSync(packageFile, `${JSON.stringify(manifest, null, 2)}\n`);

function programPages(
  program: string,
  purpose: string,
  globals: readonly (readonly [string, string])[],
  commands: readonly Shown[],
): Page[] {
  const groups = Map.groupBy(commands, ({ words }) => words.split(' ')[0] as string);
  const names = [...groups.keys()].map((word) => `${program}-${word}`);
  const index = commands.map(({ words, summary }) => [bold(words), roff(`${summary}.`)] as const);
  const overview: Page = {
    name: program,
    purpose,
    body: [
      section('SYNOPSIS', `${bold(program)} [${italic('flags')}] ${italic('command')} [${italic('arguments')} ...]`),
      section('COMMANDS', list(index)),
      section('GLOBAL FLAGS', list(globals)),
      section('ENVIRONMENT', list((ENVIRONMENT[program] ?? []).map(([name, text]) => [bold(name), roff(text)]))),
      section('EXIT STATUS', '0 on success, 1 after any error; the error is on standard error.'),
    ],
    related: names,
  };
  const ofGroups = [...groups].map(([word, members]): Page => {
    const [only] = members;
    const isSingle = members.length === 1 && only?.words === word;
    return {
      name: `${program}-${word}`,
      purpose: isSingle ? lowerFirst(only.summary) : purposeOf(program, word, only),
      body: isSingle
        ? [section('SYNOPSIS', synopsisOf(program, only)), ...commandSections(program, only)]
        : [
            section('SYNOPSIS', members.map((one) => synopsisOf(program, one)).join('\n.br\n')),
            section('COMMANDS', members.map((one) => subsection(program, one)).join('\n')),
          ],
      related: [program],
    };
  });
  return [overview, ...ofGroups];
}

function purposeOf(program: string, word: string, first?: Shown): string {
  const topic = program === 'tctl' ? packageJson.oclif.topics[word]?.description : undefined;
  return lowerFirst(
    topic ?? (first?.words === word ? first.summary : `commands of ${program} that begin with ${word}`),
  );
}

function synopsisOf(program: string, { words, synopsis }: Shown): string {
  return `${commandName(`${program} ${words}`)} ${synopsis}`.trim();
}

function commandSections(program: string, shown: Shown): string[] {
  return [
    section('DESCRIPTION', paragraphs([`${shown.summary}.`, ...shown.details, ...aliasesOf(program, shown)])),
    ...(shown.items.length > 0 ? [section('ARGUMENTS AND FLAGS', list(shown.items))] : []),
    ...(shown.examples.length > 0 ? [section('EXAMPLES', examplesText(shown.examples))] : []),
  ];
}

function subsection(program: string, shown: Shown): string {
  return [
    `.SS ${roff(`${program} ${shown.words}`)}`,
    paragraphs([`${shown.summary}.`, ...shown.details, ...aliasesOf(program, shown)]),
    list(shown.items),
    ...(shown.examples.length > 0
      ? ['.PP', shown.examples.length > 1 ? 'Examples:' : 'Example:', examplesText(shown.examples)]
      : []),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function aliasesOf(program: string, { aliases }: Shown): string[] {
  return aliases.length === 0 ? [] : [`The same as: ${aliases.map((alias) => `${program} ${alias}`).join(', ')}.`];
}

function examplesText(examples: readonly string[]): string {
  return ['.RS 4', '.nf', ...examples.map((line) => roff(line).replace(/^[.']/, '\\&$&')), '.fi', '.RE'].join('\n');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function manifestCommands(): ManifestCommand[] {
  const { commands } = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8')) as {
    commands: Record<string, ManifestCommand>;
  };
  return Object.values(commands).filter(({ hidden }) => !hidden);
}

function tctlFlags(): [string, string][] {
  const flags = manifestCommands().flatMap((command) => Object.values(command.flags));
  const globals = new Map(flags.filter(isGlobal).map((flag) => [flag.name, flag]));
  return [...globals.values()].filter(({ hidden }) => !hidden).map(tctlFlag);
}

function isGlobal({ helpGroup }: ManifestFlag): boolean {
  return helpGroup === 'GLOBAL';
}

function tctlFlag({ name, char, type, summary = '', helpValue = 'VALUE', required }: ManifestFlag): [string, string] {
  return flagItem(name, char, type === 'option' ? helpValue : undefined, `${summary}${required ? ' (required)' : ''}`);
}

function tctlCommands(): Shown[] {
  return manifestCommands().map((command) => {
    const args = Object.values(command.args);
    const own = Object.values(command.flags).filter((flag) => !isGlobal(flag) && !flag.hidden);
    const forms = args.map(({ name, required }) => (required ? italic(name) : `[${italic(name)}]`));
    const words = command.id.replaceAll(':', ' ');
    return {
      words,
      synopsis:
        command.usage === undefined
          ? [...(own.length > 0 ? [`[${italic('flags')}]`] : []), ...forms].join(' ')
          : roff(command.usage.slice(words.length).trim()),
      summary: command.summary ?? '',
      details: command.description?.split('\n\n') ?? [],
      items: [
        ...args.map(({ name, description = '' }) => [italic(name), roff(`${description}.`)] as const),
        ...own.map(tctlFlag),
      ],
      aliases: command.aliases.map((alias) => alias.replaceAll(':', ' ')),
      examples: (command.examples ?? []).map((line) => line.replaceAll('<%= config.bin %>', 'tctl')),
    };
  });
}

function flagItem(name: string, short: string | undefined, value: string | undefined, text: string): [string, string] {
  const long = `${bold(`--${name}`)}${value === undefined ? '' : `=${italic(value)}`}`;
  return [short === undefined ? long : `${bold(`-${short}`)}, ${long}`, roff(`${text}.`)];
}

function flagItems(flags: typeof GLOBAL_FLAGS): [string, string][] {
  return Object.entries(flags).map(([name, { type, short, value, oneOf, help, isRequired }]) => {
    const accepted = oneOf === undefined ? '' : `: ${oneOf.join(', ')}`;
    return flagItem(
      name,
      short,
      type === 'string' ? (value ?? name.replaceAll('-', '_').toUpperCase()) : undefined,
      `${help}${accepted}${isRequired ? ' (required)' : ''}`,
    );
  });
}

function tbotCommands(): Promise<Shown[]> {
  const shown = COMMANDS.filter(({ isHidden }) => !isHidden);
  return Promise.all(
    shown.map(async ({ words, aliases = [], load }) => {
      const { summary, details = [], examples = [], flags } = await load();
      const own = Object.fromEntries(Object.entries(flags).filter(([name]) => !Object.hasOwn(GLOBAL_FLAGS, name)));
      return {
        words,
        synopsis: `[${italic('flags')}]`,
        summary,
        details,
        items: flagItems(own),
        aliases,
        examples: examples.flatMap(({ does, line }) => [`# ${does}`, ...line.split('\n')]),
      };
    }),
  );
}
