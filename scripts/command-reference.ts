// Writes docs/commands.md from oclif.manifest.json.
import { readFileSync, writeFileSync } from 'node:fs';

interface Flag {
  name: string;
  char?: string;
  type: 'boolean' | 'option';
  summary?: string;
  helpValue?: string;
  helpGroup?: string;
  hidden?: boolean;
  required?: boolean;
  default?: unknown;
}

interface Command {
  id: string;
  summary?: string;
  description?: string;
  usage?: string;
  examples?: string[];
  hidden?: boolean;
  hiddenAliases: string[];
  args: Record<string, { name: string; description?: string; required?: boolean }>;
  flags: Record<string, Flag>;
}

const root = new URL('..', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8')) as {
  commands: Record<string, Command>;
};
const commands = Object.values(manifest.commands).filter((command) => !command.hidden);
const globalFlags = new Map<string, Flag>();
for (const { flags } of commands) {
  for (const flag of Object.values(flags)) if (isGlobal(flag) && !flag.hidden) globalFlags.set(flag.name, flag);
}

const page = [
  '# Commands',
  '',
  'Made by `npm run command-reference` from the commands themselves; do not edit.',
  '',
  ...commands.map(
    ({ id, summary }) => `- [\`tctl ${words(id)}\`](#tctl-${id.replaceAll(':', '-')}) – ${summary ?? ''}`,
  ),
  '',
  '## Flags of every command',
  '',
  'They may stand anywhere on the line. Flags win over the environment.',
  '',
  ...flagLines([...globalFlags.values()]),
  '',
  ...commands.flatMap(section),
].join('\n');
writeFileSync(new URL('docs/commands.md', root), `${page.trimEnd()}\n`);

function words(id: string): string {
  return id.replaceAll(':', ' ');
}

function isGlobal(flag: Flag): boolean {
  return flag.helpGroup === 'GLOBAL';
}

function section(command: Command): string[] {
  const { id, summary, description, examples = [], hiddenAliases } = command;
  const args = Object.values(command.args);
  const own = Object.values(command.flags).filter((flag) => !isGlobal(flag) && !flag.hidden);
  const forms = args.map((arg) => (arg.required ? `<${arg.name}>` : `[<${arg.name}>]`));
  const usage = command.usage ?? [words(id), ...(own.length > 0 ? ['[<flags>]'] : []), ...forms].join(' ');
  return [
    `## tctl ${words(id)}`,
    '',
    `${summary ?? ''}.`,
    '',
    ...(description ? [description, ''] : []),
    '```console',
    `$ tctl ${usage}`,
    '```',
    '',
    ...args.map((arg) => `- \`<${arg.name}>\` – ${arg.description ?? ''}${arg.required ? '' : ' (optional)'}`),
    ...flagLines(own),
    ...(args.length + own.length > 0 ? [''] : []),
    ...(hiddenAliases.length > 0
      ? [`Also: ${hiddenAliases.map((alias) => `\`tctl ${words(alias)}\``).join(', ')}.`, '']
      : []),
    ...(examples.length > 0
      ? ['```console', ...examples.map((line) => `$ ${line.replaceAll('<%= config.bin %>', 'tctl')}`), '```', '']
      : []),
  ];
}

function flagLines(flags: Flag[]): string[] {
  return flags.map((flag) => {
    const value = flag.type === 'option' ? `=${flag.helpValue ?? 'VALUE'}` : '';
    const notes = [
      ...(flag.required ? ['required'] : []),
      ...(typeof flag.default === 'string' ? [`default \`${flag.default}\``] : []),
    ];
    const short = flag.char ? `\`-${flag.char}\`, ` : '';
    return `- ${short}\`--${flag.name}${value}\` – ${flag.summary ?? ''}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
  });
}
