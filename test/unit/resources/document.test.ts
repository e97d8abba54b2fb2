import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentError, parseDocuments } from '../../../src/lib/resources/index.js';

async function values(text: string): Promise<unknown[]> {
  return (await parseDocuments(text, 'f')).map(({ value }) => value);
}

async function refused(text: string): Promise<DocumentError> {
  const error = await parseDocuments(text, 'f.yaml').then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DocumentError)) throw new Error(`not refused: ${text}`, { cause: error });
  return error;
}

describe('splitting a text into documents', () => {
  it('takes YAML documents, comments and empty documents between them', async () => {
    expect(await values('# a\n---\n---\na: 1\n--- # b\n\n---\nb: 2\n...\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('takes JSON values one after the other', async () => {
    expect(await values('{"a": 1}\n{"b": [true, null, "x\\u0041"]}{"c": -1.5e2}')).toEqual([
      { a: 1 },
      { b: [true, null, 'xA'] },
      { c: -150 },
    ]);
  });

  it('is done with a JSON text whose last quote is missing, however long it is', async () => {
    // A pattern that tries every way to split the text would not end within the life of the universe.
    expect(await refused(`{"kind": "${'x'.repeat(100_000)}`)).toMatchObject({ code: 'document_syntax' });
    expect(await refused(`{"kind": "${'\\\\'.repeat(50_000)}`)).toMatchObject({ code: 'document_syntax' });
    const long = '\\n'.repeat(1_000_000);
    expect(await values(`{"a": "${long}\\""}`)).toEqual([{ a: `${'\n'.repeat(1_000_000)}"` }]);
  });

  it('takes a list, as `get --format=json` prints it, for its items', async () => {
    expect(await values('[{"a": 1}, {"b": 2}]')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(await values('- a: 1\n- b: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('reads flow-style YAML although it looks like JSON', async () => {
    expect(await values("{kind: bot, name: 'x'}\n---\n{a: b}")).toEqual([{ kind: 'bot', name: 'x' }, { a: 'b' }]);
  });

  it('types scalars as YAML 1.1 does, keys too', async () => {
    expect(await values('a: yes\nb: "yes"\nc: 010\nd: ~\ne:\nf: 2030-01-01T00:00:00Z\non: x\ng: !!str 5')).toEqual([
      { a: true, b: 'yes', c: 8, d: null, e: null, f: '2030-01-01T00:00:00Z', true: 'x', g: '5' },
    ]);
  });

  it('follows anchors and merge keys', async () => {
    expect(await values('base: &b {x: 1, z: 2}\nmore:\n  <<: *b\n  z: 3\nlist: [*b]')).toEqual([
      { base: { x: 1, z: 2 }, more: { z: 3, x: 1 }, list: [{ x: 1, z: 2 }] },
    ]);
  });

  it.each(['', '\n\n', '---\n---\n', '# only a comment\n', '[]'])('refuses %j as empty', async (text) => {
    expect((await refused(text)).code).toBe('document_empty');
  });

  it.each([
    ['kind: token\n  bad: [\n', 2, 6],
    ['a: 1\nb: 2\na: 3\n', 3, 1],
    ['{"a": 1,\n "a": 2}', 2, 2],
    ['{"a": 1\n "b": 2}', 2, 2],
    ['{"a": "x', 1, 7],
    ['[1, 2', 1, 6],
    ['a: *nothing\n', 1, 4],
    ['a: .nan\n', 1, 4],
    ['? [1]\n: 2\n', 1, 3],
    ['a: !!int x\n', 1, 10],
  ])('says where %j is wrong', async (text, line, column) => {
    const error = await refused(text);
    expect(error.code).toBe('document_syntax');
    expect(error.problems[0]).toMatchObject({ file: 'f.yaml', line, column });
    expect(error.message).toContain(`f.yaml:${line}:${column}: `);
  });

  it('counts the document that is wrong', async () => {
    expect((await refused('a: 1\n---\nb: 2\n---\nc: [\n')).problems[0]?.document).toBe(3);
  });

  it('refuses aliases that multiply without end', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i}: &l${i} [${Array(9).fill(i ? `*l${i - 1}` : 'x')}]`);
    expect((await refused(levels.join('\n'))).message).toContain('values');
  });

  it('cannot be made to change prototypes', async () => {
    const [value] = await values('{"__proto__": {"polluted": true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('positions', () => {
  const text =
    'kind: token\n---\nmetadata:\n  name: x\nspec:\n  roles: [Bot,\n    Node]\n  github:\n    allow:\n    - ref: a\n';

  it.each([
    [['metadata', 'name'], 'value', 4, 9],
    [['metadata', 'name'], 'key', 4, 3],
    [['spec', 'roles', 1], 'value', 7, 5],
    [['spec', 'github', 'allow', 0, 'ref'], 'value', 10, 12],
    [['spec', 'bot_name'], 'value', 5, 1],
    [[], 'value', 3, 1],
  ] as const)('of %j (%s)', async (path, at, line, column) => {
    const [, second] = await parseDocuments(text, 'f');
    expect(second?.positionOf(path, at)).toEqual({ line, column });
  });

  it('hold in JSON lists', async () => {
    const [, second] = await parseDocuments('[\n {"a": 1},\n {"b": {"c": "d"}}\n]', 'f');
    expect(second?.index).toBe(1);
    expect(second?.positionOf(['b', 'c'])).toEqual({ line: 3, column: 14 });
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    'a',
    '---\n',
    '&x ',
    '*x',
    '|\n',
    '#',
    '!!int ',
    '<<: ',
    '1',
    '?',
  );
  const noise = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  );

  it('is read or refused with a position inside it', async () => {
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const lines = text.split('\n');
        try {
          for (const document of await parseDocuments(text, 'f')) {
            const { line, column } = document.positionOf(['spec', 'x', 0]);
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
          }
        } catch (error) {
          if (!(error instanceof DocumentError)) throw error;
          const { line = 0, column = 0 } = error.problems[0] ?? {};
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of JSON is read as JSON.parse reads it', async () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom(0, 2), async (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(await values(text)).toEqual([JSON.parse(text)]);
      }),
    );
  });
});
