import type { Io } from './io.js';

const BAR_WIDTH = 30;
const WORTH_SHOWING = 50;

/**
 * A progress bar on standard error for long work, if somebody is there to watch it.
 * @returns what to call with the number of finished pieces; the bar disappears with the last one.
 */
export function progressBar(total: number, io: Io): ((finished: number) => void) | undefined {
  if (!io.stderrIsTerminal || total <= WORTH_SHOWING) return undefined;
  return (finished) => {
    if (finished === total) {
      io.err('\r\u001b[K');
      return;
    }
    const full = Math.floor((finished / total) * BAR_WIDTH);
    io.err(`\r[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${finished}/${total}`);
  };
}
