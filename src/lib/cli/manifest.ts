import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandShape, type CommandTable, type FlagShape, firstWord } from './argv.js';

/** A command as oclif's manifest describes it, as far as it is needed before its file is loaded. */
export interface ManifestCommand extends CommandShape {
  flags: Record<string, FlagShape & { helpGroup?: string }>;
  aliases?: string[];
  hiddenAliases?: string[];
}

/** The commands of this package, from the manifest that the build writes beside package.json. */
export function readManifest(root: string): ManifestCommand[] {
  const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, ManifestCommand>;
  };
  return Object.values(commands);
}

/** The commands as the reader of the command line wants to know them. */
export function commandTable(commands: readonly ManifestCommand[]): CommandTable {
  const byId = new Map<string, ManifestCommand>();
  const globals: Record<string, FlagShape> = {};
  for (const command of commands) {
    for (const id of [command.id, ...(command.aliases ?? []), ...(command.hiddenAliases ?? [])]) byId.set(id, command);
    for (const [name, flag] of Object.entries(command.flags)) if (flag.helpGroup === 'GLOBAL') globals[name] = flag;
  }
  return { ids: [...byId.keys(), 'help'], globals, find: (id) => byId.get(id) };
}

/** Whether the line begins with the name of a command or topic of this package, flags before it left aside. */
export function namesOwnCommand(args: readonly string[], table: CommandTable): boolean {
  const word = firstWord(args, table.globals);
  return word !== undefined && table.ids.some((id) => id === word || id.startsWith(`${word}:`));
}
