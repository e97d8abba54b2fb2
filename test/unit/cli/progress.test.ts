import { describe, expect, it } from '@jest/globals';
import type { Io } from '../../../src/lib/cli/io.js';
import { progressBar } from '../../../src/lib/cli/progress.js';

/** The terminal is what the bar is about, and no test runs on one. */
function terminal(stderrIsTerminal: boolean): { io: Io; written: string[] } {
  const written: string[] = [];
  return { io: { stderrIsTerminal, err: (text: string) => written.push(text) } as unknown as Io, written };
}

describe('progressBar', () => {
  it('shows how much is done, and disappears with the last piece', () => {
    const { io, written } = terminal(true);

    const show = progressBar(100, io);
    show?.(50);
    show?.(100);

    expect(written).toEqual([`\r[${'#'.repeat(15)}${'.'.repeat(15)}] 50/100`, '\r\u001b[K']);
  });

  it('does not show for little work, or where nobody watches', () => {
    expect(progressBar(50, terminal(true).io)).toBeUndefined();
    expect(progressBar(1000, terminal(false).io)).toBeUndefined();
  });
});
