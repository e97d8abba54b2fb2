import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goQuote } from '../../../src/lib/util/go-quote.js';
import { editDistance, nearest } from '../../../src/lib/util/nearest.js';
import { resolvePlainScalar } from '../../../src/lib/util/yaml11-scalar.js';

describe('the nearest spelling', () => {
  it.each([
    ['rolez', ['roles', 'traits'], 'roles'],
    ['boundkeypair', ['bound_keypair', 'kubernetes'], 'bound_keypair'],
    ['bto', ['bot', 'token'], 'bot'],
    ['GitHub', ['gitlab', 'github'], 'github'],
    ['spec', ['status', 'metadata'], undefined],
    ['x', ['abc'], undefined],
  ])('of %s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it('is a distance: zero only for equal words, the same both ways', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe('quoting as Go does', () => {
  it.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nbell\x07', '"line\\nbell\\a"'],
    ['\u00a0\x7f\x01', '"\\u00a0\\x7f\\x01"'],
    ['é🤖', '"é🤖"'],
    ['\u{e0001}', '"\\U000e0001"'],
  ])('%j', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});

describe('unquoted YAML scalars', () => {
  it.each([
    ['yes', true],
    ['y', true],
    ['off', false],
    ['~', null],
    ['', null],
    ['0123', 83],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['08', 8],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.', 1],
    ['1:20', '1:20'],
    ['2020-01-01', '2020-01-01'],
    ['1.2.3', '1.2.3'],
    ['yEs', 'yEs'],
    ['_1', '_1'],
  ])('%j is %j', (text, value) => {
    expect(resolvePlainScalar(text)).toBe(value);
  });
});
