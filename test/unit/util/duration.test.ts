import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatGoDuration, parseGoDuration } from '../../../src/lib/util/duration.js';

const SECOND = 1_000_000_000n;

describe('durations', () => {
  it.each([
    ['1h30m', 5400n * SECOND],
    ['1.5h', 5400n * SECOND],
    ['-5s', -5n * SECOND],
    ['+1ms', 1_000_000n],
    ['.5s', SECOND / 2n],
    ['2us3ns', 2003n],
    ['0', 0n],
  ])('%s is read', (text, nanoseconds) => {
    expect(parseGoDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '5', 'h', '1d', '1 h', '1h ', '.h', '-', '9999999999h', '1x', '1constructor'])(
    '%j is refused',
    (text) => {
      expect(() => parseGoDuration(text)).toThrow(expect.objectContaining({ code: 'bad_parameter' }));
    },
  );

  it('flags know days and weeks, documents days, months, years and never', () => {
    expect(parseGoDuration('1w1d', 'cli')).toBe(8n * 86_400n * SECOND);
    expect(parseGoDuration('1.5d', 'cli')).toBe(129_600n * SECOND);
    expect(parseGoDuration('1y2mo3d', 'resource')).toBe(428n * 86_400n * SECOND);
    expect(parseGoDuration('never', 'resource')).toBe(0n);
    expect(() => parseGoDuration('1w', 'resource')).toThrow();
    expect(() => parseGoDuration('never', 'cli')).toThrow();
  });

  it.each([
    [0n, '0s'],
    [43_200n * SECOND, '12h0m0s'],
    [300n * SECOND, '5m0s'],
    [1_500_000_000n, '1.5s'],
    [20_000_000n, '20ms'],
    [1_500n, '1.5µs'],
    [7n, '7ns'],
    [-90n * SECOND, '-1m30s'],
  ])('%d nanoseconds are written as %s', (nanoseconds, text) => {
    expect(formatGoDuration(nanoseconds)).toBe(text);
  });

  it('what is written is read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanoseconds) => {
        expect(parseGoDuration(formatGoDuration(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });
});
