import { describe, expect, it } from '@jest/globals';
import { findCommand } from '../../../src/lib/agent/find-command.js';
import { GLOBAL_FLAGS } from '../../../src/lib/agent/flags.js';
import { commandHelp, overviewHelp } from '../../../src/lib/agent/help.js';
import { COMMANDS } from '../../../src/lib/agent/tbot/index.js';

const find = (line: string) => findCommand(line.split(' ').filter(Boolean), COMMANDS, GLOBAL_FLAGS);

describe('findCommand', () => {
  it.each([
    ['start -c x', 'start'],
    ['start legacy', 'start'],
    ['-d start ssh --oneshot', 'start identity'],
    ['start -c x identity', 'start identity'],
    ['start --help', 'start'],
  ])('finds %j', (line, words) => {
    expect(find(line)).toMatchObject({ kind: 'command', entry: { words } });
  });

  it.each([
    ['', {}],
    ['--help', {}],
    ['help', {}],
    ['help install', { topic: 'install' }],
    ['install --help', { topic: 'install' }],
    ['help start identity', { entry: expect.objectContaining({ words: 'start identity' }) }],
  ])('gives help for %j', (line, what) => {
    expect(find(line)).toEqual({ kind: 'help', ...what });
  });

  it.each([
    ['strat', 'unknown command "strat"', /"tbot start"/],
    ['start identiy', 'start identiy: this tool has no such output', /"tbot start identity"/],
    ['install', 'install wants another word', /tbot help install/],
    ['--oneshot start', 'no command is named', /tbot start --oneshot/],
    ['db connect', 'db connect is not supported by this tool', /tbot of Teleport .*"tbot db connect"/],
    ['nonsense', 'unknown command "nonsense"', /"tbot help"/],
  ])('refuses %j', (line, message, hint) => {
    expect(() => find(line)).toThrow(
      expect.objectContaining({ message, hint: expect.stringMatching(hint) }) as unknown as Error,
    );
  });
});

describe('help', () => {
  it('of every command fits 80 columns, and shows each flag', async () => {
    for (const { words, aliases = [], load } of COMMANDS) {
      const command = await load();
      const text = commandHelp(words, command, aliases);
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
      for (const [name, { type }] of Object.entries(command.flags))
        expect(text).toMatch(new RegExp(type === 'boolean' ? `--(\\[no-\\])?${name}\\s` : `--${name} `));
    }
  });

  it('of a command begins with the flags that must be given', async () => {
    const entry = COMMANDS.find(({ words }) => words === 'keypair create');
    if (entry === undefined) throw new Error('there is no such command');

    const text = commandHelp('keypair create', await entry.load(), []);
    expect(text).toMatch(/^Usage: tbot keypair create --proxy-server=HOST:PORT \[flags\]\n/);
    expect(text).toMatch(/\nFlags:\n {6}--proxy-server HOST:PORT /);
  });

  it('of the program fits 80 columns', () => {
    const commands = COMMANDS.map(({ words }) => ({ words, summary: 'word '.repeat(40).trim() }));
    expect(
      overviewHelp(commands)
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
