import { describe, expect, it } from '@jest/globals';
import { readPemBlocks, writePem } from '../../../src/lib/crypto/index.js';

const A = writePem('A KEY', Buffer.from('one'));
const B = writePem('CERTIFICATE', Buffer.from('two'));
const read = (text: string) => readPemBlocks(text).map(({ label, der }) => `${label}: ${der}`);

describe('readPemBlocks', () => {
  it('finds all blocks, with whatever is between them, and passes over one that has no end', () => {
    expect(read(`x\n${A}\nssh-rsa AAAA\n${B}`)).toEqual(['A KEY: one', 'CERTIFICATE: two']);
    expect(read(`-----BEGIN A KEY-----\nb25l\n${B}`)).toEqual(['CERTIFICATE: two']);
    expect(read('-----BEGIN A-----\nb25l\n-----END B-----\n')).toEqual([]);
  });

  it('takes one pass, however many blocks begin and do not end', () => {
    // Looking for the end of each would take minutes.
    expect(read('-----BEGIN A-----\n'.repeat(200_000))).toEqual([]);
  });
});
