import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCodes } from '../helpers/error-codes.js';

const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);

describe('docs/errors.md', () => {
  const { codes, unclear } = errorCodes('src');

  it('lists every code that an error of the sources can carry, each once', () => {
    expect([...documented].sort()).toEqual(codes);
  });

  it('can tell every code from the sources', () => {
    expect(unclear).toEqual([]);
  });
});
