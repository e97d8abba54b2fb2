import { expect, it } from '@jest/globals';
import { parseRfc3339, rfc3339Seconds } from '../../../src/lib/util/rfc3339.js';

it.each([
  ['2030-01-31T12:00:00Z', 1_896_091_200n, 0],
  ['2030-01-31T13:30:00.25+01:30', 1_896_091_200n, 250_000_000],
  ['1969-12-31T23:59:59.5Z', -1n, 500_000_000],
  ['2028-02-29T00:00:00Z', 1_835_395_200n, 0],
  ['0001-01-01T00:00:00Z', -62_135_596_800n, 0],
  ['9999-12-31T23:59:59.999999999Z', 253_402_300_799n, 999_999_999],
])('%s is read', (text, seconds, nanos) => {
  expect(parseRfc3339(text)).toEqual({ seconds, nanos });
});

it.each([
  ...['2030-02-30T00:00:00Z', '2027-02-29T00:00:00Z', '2030-04-31T00:00:00Z', '2030-01-01T24:00:00Z'],
  ...['2030-13-01T00:00:00Z', '2030-01-00T00:00:00Z', '2030-01-01T00:60:00Z', '2030-01-01', '2030-01-01 00:00:00Z', ''],
])('%j is no moment', (text) => {
  expect(parseRfc3339(text)).toBeUndefined();
});

it('writes a moment to the second', () => {
  expect(rfc3339Seconds(new Date('2030-01-31T12:00:00.999Z'))).toBe('2030-01-31T12:00:00Z');
});
