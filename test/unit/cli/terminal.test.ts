import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createTerminal } from '../../../src/lib/cli/terminal.js';

/** A keyboard that a test types on, and a screen that it reads. */
function openTerminal() {
  const modes: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) });
  let screen = '';
  const terminal = createTerminal(keyboard, (text) => {
    screen += text;
  });
  return { keyboard, modes, terminal, screen: () => screen };
}

describe('asking at a terminal', () => {
  it('shows the question and what is typed, and gives the line', async () => {
    const { keyboard, modes, terminal, screen } = openTerminal();
    const answer = terminal.ask('Code: ');
    keyboard.write('123');
    keyboard.write('456\r');

    expect(await answer).toBe('123456');
    expect(screen()).toBe('Code: 123456\n');
    expect(modes).toEqual([true, false]);
  });

  it('does not show a hidden answer', async () => {
    const { keyboard, terminal, screen } = openTerminal();
    const answer = terminal.ask('Password: ', { hidden: true });
    keyboard.write('pässword\n');

    expect(await answer).toBe('pässword');
    expect(screen()).toBe('Password: \n');
  });

  it('takes back letters and whole lines', async () => {
    const { keyboard, terminal } = openTerminal();
    const answer = terminal.ask('');
    keyboard.write('wrong\u0015abd\u007fc\n');

    expect(await answer).toBe('abc');
  });

  it('keeps what is typed ahead for the next question', async () => {
    const { keyboard, terminal } = openTerminal();
    const first = terminal.ask('One: ');
    keyboard.write('one\ntwo\n');

    expect([await first, await terminal.ask('Two: ')]).toEqual(['one', 'two']);
  });

  it.each([
    ['Ctrl-C', '\u0003', 'interrupted'],
    ['Ctrl-D', '\u0004', 'canceled'],
  ])('gives up at %s and puts the terminal back', async (_name, key, code) => {
    const { keyboard, modes, terminal } = openTerminal();
    const answer = terminal.ask('Password: ', { hidden: true });
    keyboard.write(`abc${key}`);

    await expect(answer).rejects.toMatchObject({ code });
    expect(modes).toEqual([true, false]);
  });
});
