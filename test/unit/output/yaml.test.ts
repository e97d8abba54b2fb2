import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { formatJson, formatYaml } from '../../../src/lib/output/index.js';
import { compareNaturally } from '../../../src/lib/output/yaml.js';

/** Texts as the printer of the real tool wrote them (yaml.v2 2.4.0). */
const PRINTED: [unknown, string][] = [
  ['plain text', 'plain text'],
  ['yes', '"yes"'],
  ['0x1f', '"0x1f"'],
  ['1_000', '"1_000"'],
  ['1:20', '"1:20"'],
  ['2020-01-01', '"2020-01-01"'],
  ['2020-13-01', '2020-13-01'],
  ['', '""'],
  ['~', '"~"'],
  ['#x', "'#x'"],
  ['a: b', "'a: b'"],
  ["'q'", "'''q'''"],
  ['****abcd', "'****abcd'"],
  ['?x', '?x'],
  ['? x', "'? x'"],
  [' lead', "' lead'"],
  ['tab\tinside', '"tab\\tinside"'],
  ['🤖 bot', '"\\U0001F916 bot"'],
  ['a \nb', '"a \\nb"'],
  ['one\ntwo', '|-\n  one\n  two'],
  ['one\n', '|\n  one'],
  ['one\n\n', '|+\n  one\n'],
  ['  x\ny', '|2-\n    x\n  y'],
  ['1.2.3', '1.2.3'],
  [null, 'null'],
  [true, 'true'],
  [1.5, '1.5'],
  [[], '[]'],
  [{}, '{}'],
];

describe('YAML as the real tool prints it', () => {
  it.each(PRINTED)('%j', (value, text) => {
    expect(formatYaml({ a: value })).toBe(`a: ${text}\n`);
  });

  it('quotes keys that would read as something else', () => {
    expect(formatYaml({ n: 1, '1.5': 2, true: 3 })).toBe('"1.5": 2\n"n": 1\n"true": 3\n');
  });

  it('breaks long texts at the first space after column 80', () => {
    const long =
      'this is a rather long description of a role which goes on and on, far beyond the eighty columns that some emitters fold at';
    expect(formatYaml({ a: long, c: { d: `- ${long}` } })).toBe(
      [
        'a: this is a rather long description of a role which goes on and on, far beyond the',
        '  eighty columns that some emitters fold at',
        'c:',
        "  d: '- this is a rather long description of a role which goes on and on, far beyond",
        "    the eighty columns that some emitters fold at'",
        '',
      ].join('\n'),
    );
  });

  it('nests sequences at the depth of their key', () => {
    expect(formatYaml({ a: [[1, [2]], { x: [1], y: 2 }] })).toBe('a:\n- - 1\n  - - 2\n- x:\n  - 1\n  "y": 2\n');
  });

  it('orders keys by the numbers in them', () => {
    expect(['a10', 'a9', 'a1', 'ab', 'a-b', 'a', '10', '9', 'B'].sort(compareNaturally)).toEqual([
      '9',
      '10',
      'B',
      'a',
      'a-b',
      'a1',
      'a9',
      'a10',
      'ab',
    ]);
  });
});

const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('printed values are read back the same', () => {
  it('JSON', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1, 2, 4), (value, indent) => {
        expect(JSON.parse(formatJson(value, indent))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('YAML', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('yes', '1e3', '- x', 'a: b', ' a', 'a\nb\n', 'long words '.repeat(12)),
    );
    const value = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(text, fc.array(text), fc.dictionary(text, fc.boolean())),
    );
    fc.assert(
      fc.property(value, (document) => {
        fc.pre(!JSON.stringify(document).includes('__proto__'));
        expect(load(formatYaml({ document }))).toEqual({ document });
      }),
    );
  });

  it('JSON escapes what could end a script, as Go does, and sorts integer-like keys as text', () => {
    expect(formatJson({ a: '<b>&\u2028' }, 0)).toBe('{"a":"\\u003cb\\u003e\\u0026\\u2028"}');
    expect(formatJson({ 2: 'x', 10: 'y' }, 0)).toBe('{"10":"y","2":"x"}');
  });
});
