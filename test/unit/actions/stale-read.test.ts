import { describe, expect, it } from '@jest/globals';
import { againWhileStale } from '../../../src/lib/actions/stale-read.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';

/** A change that fails so many times before it succeeds. */
function failing(times: number, code: string) {
  let calls = 0;
  const change = async () => {
    calls++;
    if (calls <= times) throw new CodedError(code, 'refused');
    return calls;
  };
  return { change, calls: () => calls };
}

describe('againWhileStale', () => {
  it('repeats a change that was made to something older', async () => {
    expect(await againWhileStale(failing(2, 'compare_failed').change)).toBe(3);
  });

  it('gives up on one that never fits', async () => {
    const { change, calls } = failing(100, 'compare_failed');

    await expect(againWhileStale(change)).rejects.toMatchObject({ code: 'compare_failed' });
    expect(calls()).toBe(6);
  });

  it('repeats nothing else', async () => {
    const { change, calls } = failing(1, 'access_denied');

    await expect(againWhileStale(change)).rejects.toMatchObject({ code: 'access_denied' });
    expect(calls()).toBe(1);
  });
});
