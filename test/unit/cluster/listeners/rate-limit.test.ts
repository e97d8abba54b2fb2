import { beforeEach, describe, expect, it } from '@jest/globals';
import { RateLimit } from '../../../../src/lib/cluster/listeners/rate-limit.js';

describe('a limit of requests by address', () => {
  let nowMs: number;
  let limit: RateLimit;
  beforeEach(() => {
    nowMs = 1_000_000;
    limit = new RateLimit(() => new Date(nowMs), { periodMs: 60_000, average: 20, burst: 3 });
  });
  const times = (count: number, address = '192.0.2.1') => Array.from({ length: count }, () => limit.allows(address));

  it('allows a burst at once, then one request for each interval', () => {
    expect(times(5)).toEqual([true, true, true, false, false]);
    expect(limit.intervalMs).toBe(3000);
    nowMs += 2999;
    expect(times(1)).toEqual([false]);
    nowMs += 1;
    expect(times(2)).toEqual([true, false]);
  });

  it('saves no more than a burst', () => {
    times(3);
    nowMs += 3_600_000;
    expect(times(4)).toEqual([true, true, true, false]);
  });

  it('keeps addresses apart', () => {
    expect(times(4)).toContain(false);
    expect(times(1, '192.0.2.2')).toEqual([true]);
    limit.forget('192.0.2.1');
    expect(times(1)).toEqual([true]);
  });

  it('takes nothing away when the clock is set back', () => {
    times(1);
    nowMs -= 3_600_000;
    expect(times(3)).toEqual([true, true, false]);
  });

  it('remembers a bounded number of addresses, those that were quiet for longest not', () => {
    times(4);
    times(4, '192.0.2.2');
    for (let count = 0; count < 9_999; count++) limit.allows(`10.0.${count >> 8}.${count & 255}`);

    expect(times(1, '192.0.2.2')).toEqual([false]);
    expect(times(1)).toEqual([true]);
  });
});
