import { describe, expect, it } from '@jest/globals';
import { printable } from '../../../src/lib/util/printable.js';

describe('printable', () => {
  it('shows what would control the terminal, and leaves everything else as it is', () => {
    expect(printable('a\u001b[31mb\u0007\r\u009b\u0000')).toBe('a\\x1b[31mb\\x07\\x0d\\x9b\\x00');
    expect(printable('Zoë\n\t日本 👍')).toBe('Zoë\n\t日本 👍');
  });
});
