import { describe, expect, it } from '@jest/globals';
import { attempt, backoffMs, intervalMs, intervalWithin } from '../../../src/lib/agent/retry.js';
import { contextForTests } from './world.js';

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

describe('intervalWithin', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  const inMs = (ms: number) => new Date(now.getTime() + ms);

  it('is the interval, unless what was made expires before it is over', () => {
    expect(intervalWithin(60_000, undefined, now)).toBe(60_000);
    expect(intervalWithin(60_000, inMs(61_000), now)).toBe(60_000);
    expect(intervalWithin(60_000, inMs(60_000), now)).toBe(30_000);
  });

  it('is never so short that renewals follow each other without pause, unless the configuration says so', () => {
    expect(intervalWithin(60_000, inMs(-1), now)).toBe(10_000);
    expect(intervalWithin(500, inMs(-1), now)).toBe(500);
  });
});

describe('attempt', () => {
  it('goes on through an outage of hours, and says each time when it tries again', async () => {
    const { context, lines, pauses } = contextForTests();
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
    const { context } = contextForTests();
    const stop = new AbortController();
    const work = async () => {
      stop.abort();
      throw new Error('no route');
    };

    expect(await attempt(context, { what: 'x', log: context.log, signal: stop.signal }, work)).toBeUndefined();
  });

  it('gives the last failure when no attempt fits before the deadline', async () => {
    const { context, pauses } = contextForTests();
    const deadline = new Date('2026-11-21T00:00:04Z');
    const signal = new AbortController().signal;
    const work = () => Promise.reject(new Error('no route'));

    await expect(attempt(context, { what: 'x', log: context.log, signal, deadline }, work)).rejects.toThrow('no route');

    expect(pauses).toEqual([750, 1500]);
  });
});
