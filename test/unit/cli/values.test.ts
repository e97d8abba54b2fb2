import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../../src/lib/cli/usage-error.js';
import { commaList, durationMs, parseLabels, portNumber } from '../../../src/lib/cli/values.js';

describe('durationMs', () => {
  it.each([
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['0', undefined],
  ])('reads %s', (text, expected) => {
    expect(durationMs('ttl', text)).toBe(expected);
  });

  it('refuses what is no duration, and one that is negative', () => {
    expect(() => durationMs('ttl', 'soon')).toThrow(UsageError);
    expect(() => durationMs('ttl', '60')).toThrow(/--ttl=60/);
    expect(() => durationMs('ttl', '-5m')).toThrow(/less than nothing/);
  });
});

describe('commaList', () => {
  it('drops blanks and empty items', () => {
    expect(commaList(' access, editor ,,')).toEqual(['access', 'editor']);
    expect(commaList(undefined)).toEqual([]);
  });
});

describe('parseLabels', () => {
  it('reads pairs between commas and semicolons', () => {
    expect(parseLabels('labels', 'env=prod, team=ci;;x=a b')).toEqual({ env: 'prod', team: 'ci', x: 'a b' });
    expect(parseLabels('labels', '')).toEqual({});
  });

  it('leaves separators between double quotes alone', () => {
    expect(parseLabels('labels', 'env="a,b","te=am"="c=i",x=""')).toEqual({ env: 'a,b', 'te=am': 'c=i', x: '' });
  });

  it.each(['env', '=prod', 'a=b,c', 'a=', 'a=b=c', '"a=b"', 'a="b', ' ', ';'])('refuses %s', (text) => {
    expect(() => parseLabels('labels', text)).toThrow(UsageError);
  });
});

describe('portNumber', () => {
  it('reads ports from 0 to 65535 and nothing else', () => {
    expect(portNumber('auth-port', '0')).toBe(0);
    expect(portNumber('auth-port', '65535')).toBe(65_535);
    for (const text of ['65536', '-1', 'http', '']) expect(() => portNumber('auth-port', text)).toThrow(UsageError);
  });
});
