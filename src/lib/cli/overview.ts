import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { twoColumns, wrap } from '../util/columns.js';
import type { Manifest, ManifestCommand } from './manifest.js';

interface PackageJson {
  description: string;
  oclif: { topics: Record<string, { description: string }> };
}

interface Place {
  /** The package's folder. */
  root: string;
  /** Columns of a line. */
  width: number;
}

/** The help at the top: all commands at a glance (cli §1.3). */
export function overviewText(manifest: Manifest, { root, width }: Place): string {
  const commands = manifest.commands();
  const flags = Object.values(commands[0]?.flags ?? {}).filter(
    ({ helpGroup, hidden }) => helpGroup === 'GLOBAL' && !hidden,
  );
  return sections([
    'Usage: tctl [<flags>] <command> [<args> ...]',
    wrap(readPackage(root).description, width).join('\n'),
    `Flags\n${twoColumns(
      flags.map(({ name, char, summary = '' }) => ({
        head: `${char ? `-${char}, ` : '    '}--${name}`,
        text: summary,
      })),
      width,
    )}`,
    `Commands\n${commandRows([...commands, HELP].sort(byId), width)}`,
    'Try "tctl help <command>" for the flags of a command, with examples.',
  ]);
}

/** The help of the first words of several commands. @param id the words with `:` between them */
export function topicText(id: string, manifest: Manifest, { root, width }: Place): string {
  return sections([
    `Usage: tctl ${id.replaceAll(':', ' ')} <command> [<args> ...]`,
    readPackage(root).oclif.topics[id]?.description ?? '',
    `Commands\n${commandRows(
      manifest.commands().filter((command) => command.id.startsWith(`${id}:`)),
      width,
    )}`,
  ]);
}

const HELP = { id: 'help', summary: 'Show the help of a command' };

function byId({ id: one }: { id: string }, { id: other }: { id: string }): number {
  return one < other ? -1 : 1;
}

function commandRows(commands: readonly Pick<ManifestCommand, 'id' | 'summary' | 'hidden'>[], width: number): string {
  const shown = commands.filter(({ hidden }) => !hidden);
  return twoColumns(
    shown.map(({ id, summary = '' }) => ({ head: id.replaceAll(':', ' '), text: summary })),
    width,
  );
}

function readPackage(root: string): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
