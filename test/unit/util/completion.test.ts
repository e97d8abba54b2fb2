import { describe, expect, it } from '@jest/globals';
import { completionScript, completionText, SHELLS } from '../../../src/lib/util/completion.js';

describe('completionText', () => {
  it('gives what begins like the word, once, with its summary in one line', () => {
    const candidates = [
      { value: 'get', summary: 'Show\n resources' },
      { value: 'rm' },
      { value: 'get' },
      { value: 'go/' },
    ];

    expect(completionText(candidates, 'g')).toBe('get\tShow resources\ngo/\n');
    expect(completionText('files', 'g')).toBe(':files\n');
  });

  it.each([
    'g$(id)',
    'g`id`',
    'g;id',
    'g id',
    "g'",
    'g"',
    'g\\',
    'g\nid',
    'g\u001b[1m',
    'g|id',
    'g&',
    'g>f',
    'g*',
    'g~',
  ])('offers no name that a shell would take for more than a word: %j', (value) => {
    expect(completionText([{ value }], 'g')).toBe('');
  });
});

describe('completionScript', () => {
  it.each(SHELLS)('is about the one program: %s', (shell) => {
    const script = completionScript(shell, 'tbot');

    expect(script).toContain('tbot');
    expect(script).not.toContain('PROGRAM');
    expect(script).not.toContain('tctl');
  });
});
