import { describe, expect, it } from '@jest/globals';
import { emptyConfig } from '../../../src/lib/agent/config.js';
import type { AgentContext } from '../../../src/lib/agent/context.js';
import { attempt, backoffMs, intervalMs } from '../../../src/lib/agent/retry.js';
import { recordingLog } from './silent-log.js';

/** A context whose pauses only move its clock. */
function contextAt(start: string) {
  let now = new Date(start).getTime();
  const pauses: number[] = [];
  const { log, lines } = recordingLog();
  const context: AgentContext = {
    config: emptyConfig(),
    log,
    clock: () => new Date(now),
    env: {},
    program: '/tbot',
    random: () => 0.5,
    async pause(ms) {
      pauses.push(ms);
      now += ms;
    },
  };
  return { context, lines, pauses };
}

describe('backoffMs', () => {
  it('doubles from one second to a minute, of which chance takes up to a half', () => {
    expect([1, 2, 3, 6, 7, 8, 50].map((failures) => backoffMs(failures, 1))).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(backoffMs(3, 0)).toBe(2000);
  });
});

describe('intervalMs', () => {
  it('shortens the interval by up to a tenth', () => {
    expect([intervalMs(1000, 0), intervalMs(1000, 1)]).toEqual([1000, 900]);
  });
});

describe('attempt', () => {
  it('goes on through an outage of hours, and says each time when it tries again', async () => {
    const { context, lines, pauses } = contextAt('2026-11-21T00:00:00Z');
    let failures = 0;
    const work = async () => {
      if (failures++ < 300) throw new Error('no route');
      return 'done';
    };
    const signal = new AbortController().signal;

    expect(await attempt(context, { what: 'the renewal', log: context.log, signal }, work)).toBe('done');

    expect(pauses).toHaveLength(300);
    expect(context.clock().getTime() - new Date('2026-11-21T00:00:00Z').getTime()).toBeGreaterThan(3 * 3_600_000);
    expect(lines[0]).toMatch(
      /WARN .*the renewal failed error:\[no route\] attempt:1 next_attempt:2026-11-21T00:00:00.750Z/,
    );
  });

  it('ends with the signal', async () => {
    const { context } = contextAt('2026-11-21T00:00:00Z');
    const stop = new AbortController();
    const work = async () => {
      stop.abort();
      throw new Error('no route');
    };

    expect(await attempt(context, { what: 'x', log: context.log, signal: stop.signal }, work)).toBeUndefined();
  });

  it('gives the last failure when no attempt fits before the deadline', async () => {
    const { context, pauses } = contextAt('2026-11-21T00:00:00Z');
    const deadline = new Date('2026-11-21T00:00:04Z');
    const signal = new AbortController().signal;
    const work = () => Promise.reject(new Error('no route'));

    await expect(attempt(context, { what: 'x', log: context.log, signal, deadline }, work)).rejects.toThrow('no route');

    expect(pauses).toEqual([750, 1500]);
  });
});
