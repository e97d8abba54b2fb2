import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandShape, CommandTable, FlagShape } from './argv.js';

/** A command as oclif's manifest describes it, as far as it is needed without its file. */
export interface ManifestCommand extends CommandShape {
  flags: Record<string, ManifestFlag>;
  args: Record<string, { name: string; required?: boolean }>;
  aliases: string[];
  hiddenAliases: string[];
  usage?: string;
}

export interface ManifestFlag extends FlagShape {
  name: string;
  helpGroup?: string;
  helpValue?: string;
}

/** The commands of this package as the manifest tells of them. */
export interface Manifest extends CommandTable {
  find(id: string): ManifestCommand | undefined;
  /** Without aliases, in the order of their ids. */
  commands(): ManifestCommand[];
}

/** A command in the file, which scripts/sort-manifest.js gives a line for each. */
const COMMAND_LINE = /^"([^"]+)":(\{.*\}),?$/gm;

/** Reads the manifest that the build writes beside package.json. A command is parsed when it is asked for. */
export function readManifest(root: string): Manifest {
  const text = readFileSync(join(root, 'oclif.manifest.json'), 'utf8');
  const lines = new Map<string, string>();
  const parsed = new Map<string, ManifestCommand>();
  for (const [, id = '', json = ''] of text.matchAll(COMMAND_LINE)) lines.set(id, json);

  const parse = (id: string, json: string): ManifestCommand => {
    const command = parsed.get(id) ?? (JSON.parse(json) as ManifestCommand);
    parsed.set(id, command);
    return command;
  };
  const commands = () => [...lines].map(([id, json]) => parse(id, json));
  const aliases = new Map<string, string>();
  for (const [id, json] of lines) {
    if (!json.includes('liases":["')) continue;
    const command = parse(id, json);
    for (const alias of [...command.aliases, ...command.hiddenAliases]) aliases.set(alias, id);
  }
  const find = (name: string) => {
    const id = aliases.get(name) ?? name;
    const json = lines.get(id);
    return json === undefined ? undefined : parse(id, json);
  };
  return { ids: [...lines.keys(), ...aliases.keys(), 'help'], find, commands, globals: globalFlags(lines, parse) };
}

/** The flags that every command takes, by any of them. */
function globalFlags(
  lines: ReadonlyMap<string, string>,
  parse: (id: string, json: string) => ManifestCommand,
): Record<string, FlagShape> {
  const [first] = lines;
  const flags = first === undefined ? {} : parse(...first).flags;
  return Object.fromEntries(Object.entries(flags).filter(([, { helpGroup }]) => helpGroup === 'GLOBAL'));
}
