import { setTimeout as wait } from 'node:timers/promises';

import type { Clock } from '../util/clock.js';
import type { AgentContext } from './context.js';

/** Longest wait of one timer: how late at most the agent notices that the machine has slept. */
const SLICE_MS = 30_000;

export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Pauses that end by the clock of the world: timers stand still while a machine sleeps, but certificates expire. A clock that
 * is set back makes no pause longer.
 */
export function pauseBy(clock: Clock, waitFor: Wait = waitForTimer): AgentContext['pause'] {
  return async (ms, signal) => {
    const until = clock().getTime() + ms;
    let waitedMs = 0;
    for (;;) {
      const leftMs = Math.min(ms - waitedMs, until - clock().getTime());
      if (leftMs <= 0 || signal.aborted) return;
      const sliceMs = Math.min(leftMs, SLICE_MS);
      await waitFor(sliceMs, signal);
      waitedMs += sliceMs;
    }
  };
}

async function waitForTimer(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
