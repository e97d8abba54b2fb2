import { describe, expect, it } from '@jest/globals';
import { pauseBy } from '../../../src/lib/agent/pause.js';

const HOUR_MS = 3_600_000;

/** Timers and a clock that differ by what a test says. */
function machine({ sleepsAfterMs = Number.POSITIVE_INFINITY, jumpMs = 0 } = {}) {
  let [now, ran] = [0, 0];
  const timers: number[] = [];
  const pause = pauseBy(
    () => new Date(now),
    async (ms) => {
      timers.push(ms);
      if (ran < sleepsAfterMs && ran + ms >= sleepsAfterMs) now += jumpMs;
      now += ms;
      ran += ms;
    },
  );
  return { pause, timers, clockMs: () => now, ranMs: () => ran };
}

describe('pauseBy', () => {
  const never = new AbortController().signal;

  it('waits for as long as it is asked to, in timers that none is too long for', async () => {
    const { pause, timers, ranMs } = machine();
    await pause(1000 * HOUR_MS, never);

    expect(ranMs()).toBe(1000 * HOUR_MS);
    expect(Math.max(...timers)).toBeLessThan(2 ** 31);
  });

  it('is over soon after a machine wakes that has slept beyond its end', async () => {
    const { pause, ranMs } = machine({ sleepsAfterMs: 60_000, jumpMs: 8 * HOUR_MS });
    await pause(HOUR_MS, never);

    expect(ranMs()).toBeLessThan(2 * 60_000);
  });

  it('becomes no longer when the clock is set back', async () => {
    const { pause, ranMs } = machine({ sleepsAfterMs: 60_000, jumpMs: -8 * HOUR_MS });
    await pause(HOUR_MS, never);

    expect(ranMs()).toBe(HOUR_MS);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const ended = pauseBy(() => new Date())(HOUR_MS, stop.signal);
    stop.abort();

    await expect(ended).resolves.toBeUndefined();
  });
});
