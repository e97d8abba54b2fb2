import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { TELEPORT_COMMAND_NAMES } from '../../src/lib/cli/teleport-commands.js';
import { isElsewhere, kinds } from '../../src/lib/resources/kind-info.js';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/differences.md', root), 'utf8');

interface Command {
  id: string;
  hidden?: boolean;
  flags: Record<string, { helpGroup?: string; hidden?: boolean }>;
}
const { commands } = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8')) as {
  commands: Record<string, Command>;
};
const shown = Object.values(commands).filter(({ hidden }) => !hidden);

/** The cells of a table below a heading, the head left aside. */
function rowsBelow(heading: string): string[][] {
  const [, below = ''] = page.split(`\n### ${heading}\n`);
  const lines = (below.split('\n### ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const rows = rowsBelow('Commands').map(([name = '', same = '', better = '', only = '', out = '']) => ({
  words: name.replaceAll('`', ''),
  here: [same, better, only].join(' '),
  out,
}));

function flagsIn(text: string): string[] {
  return [...text.matchAll(/`--([\w-]+)/g)].map((match) => match[1] as string);
}

describe('the table of every command, flag and kind', () => {
  it.each(shown.filter(({ id }) => !id.startsWith('tokens:configure:')))('has $id with its flags', ({ id, flags }) => {
    const own = Object.keys(flags).filter((name) => flags[name]?.helpGroup !== 'GLOBAL');
    const row = rows.find(({ words }) => words === id.replaceAll(':', ' '));

    expect(flagsIn(`${row?.here} ${row?.out}`)).toEqual(expect.arrayContaining(own));
  });

  it('says of no command and flag to be here that is not', () => {
    const methods = new Set(['tokens configure METHOD', 'help']);
    for (const { words, here } of rows.filter((row) => row.here.trim() !== '' && !methods.has(row.words))) {
      const command = commands[words.replaceAll(' ', ':')];
      expect([words, command?.id]).toEqual([words, words.replaceAll(' ', ':')]);
      expect(Object.keys(command?.flags ?? {})).toEqual(expect.arrayContaining(flagsIn(here)));
    }
  });

  it("names what only Teleport's own tctl has", () => {
    const aliases = ['access-lists', 'alert', 'desktops', 'nodes', 'request', 'windows_desktop', 'windows_desktops'];
    const text = rows.map(({ words, out }) => `${words} ${out}`).join('\n');
    for (const name of TELEPORT_COMMAND_NAMES.filter((known) => !aliases.includes(known))) {
      expect(text).toContain(name.split(' ').at(-1));
      expect(Object.keys(commands)).not.toContain(name.replaceAll(' ', ':'));
    }
  });

  it('has every global flag', () => {
    const globals = Object.entries(commands.status?.flags ?? {}).filter(([, { helpGroup }]) => helpGroup === 'GLOBAL');
    const named = flagsIn(rowsBelow('Flags and variables of all commands').flat().join(' '));

    expect(named).toEqual(expect.arrayContaining(globals.map(([name]) => name)));
  });

  it('has every kind, and says of the right ones that they are out of scope', () => {
    const listed = rowsBelow('Kinds').map(([kind = '', , here]) => ({ kind: kind.replaceAll('`', ''), here }));
    const out = listed.filter(({ here }) => here === 'out of scope').map(({ kind }) => kind);

    expect(listed.filter(({ kind }) => !out.includes(kind)).map(({ kind }) => kind)).toEqual(
      kinds.map(({ kind }) => kind),
    );
    expect(out.filter((kind) => !isElsewhere(kind))).toEqual([]);
    expect(out).toEqual(expect.arrayContaining(['app', 'db', 'device', 'kube_cluster', 'plugin', 'windows_desktop']));
  });
});
