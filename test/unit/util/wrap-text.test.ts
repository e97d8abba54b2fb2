import { describe, expect, it } from '@jest/globals';
import { wrapText } from '../../../src/lib/util/wrap-text.js';

describe('text for a screen', () => {
  it('breaks long lines between words, and keeps their indentation', () => {
    expect(wrapText('short\n  one two three four five\n', 13)).toBe('short\n  one two\n  three four\n  five\n');
  });

  it('keeps long words whole, and blanks of lines that fit', () => {
    expect(wrapText('see /a/very/long/path here', 10)).toBe('see\n/a/very/long/path\nhere');
    expect(wrapText('User     alice', 20)).toBe('User     alice');
  });

  it('breaks nothing where the width has no end', () => {
    const line = 'word '.repeat(100);
    expect(wrapText(line, Number.POSITIVE_INFINITY)).toBe(line);
  });
});
