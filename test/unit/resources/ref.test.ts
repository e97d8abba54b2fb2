import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kindInfo, kinds, parseRef, parseRefs } from '../../../src/lib/resources/index.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';

describe('references', () => {
  it.each([
    ['bots', { kind: 'bot' }],
    ['token/x', { kind: 'token', name: 'x' }],
    ['TOKENS//x/', { kind: 'token', name: 'x' }],
    ['user x', { kind: 'user', name: 'x' }],
    ['lock/a/b', { kind: 'lock', name: 'a/b' }],
    ['cas', { kind: 'cert_authority' }],
    ['cert_authority/host/example.test', { kind: 'cert_authority', name: 'host/example.test' }],
    ['cap', { kind: 'cluster_auth_preference' }],
    ['netconfig', { kind: 'cluster_networking_config' }],
    ['recconfig', { kind: 'session_recording_config' }],
  ])('%s', (text, ref) => {
    expect(parseRef(text)).toEqual({ text, ...ref });
  });

  it.each([
    ['', 'bad_ref'],
    ['a/b/c/d', 'bad_ref'],
    ['token/a/b', 'bad_ref'],
    ['cert_authority/host', 'bad_ref'],
    ['cap/x', 'bad_ref'],
    ['nonsense/x', 'unknown_kind'],
    ['apps', 'unsupported_kind'],
    ['windows_desktop/x', 'unsupported_kind'],
    ['reverse_tunnels', 'unsupported_kind'],
    ['HCC/x', 'unsupported_kind'],
  ])('%j is refused with %s', (text, code) => {
    expect(() => parseRef(text)).toThrow(expect.objectContaining({ code }));
  });

  it('names the nearest kind', () => {
    expect(() => parseRef('tokn/x')).toThrow(expect.objectContaining({ hint: 'did you mean token?' }));
  });

  it('come in comma lists with escaped commas, blanks and empty items', () => {
    expect(parseRefs(' bot/kp,, token/a\\,b ,').map(({ kind, name }) => [kind, name])).toEqual([
      ['bot', 'kp'],
      ['token', 'a,b'],
    ]);
    expect(parseRefs('')).toEqual([]);
  });

  it('of any text are read or refused with a code', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((name) => `token/${name}`),
        ),
        (text) => {
          try {
            expect(kindInfo(parseRef(text).kind)).toBeDefined();
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError);
          }
        },
      ),
    );
  });
});

describe('kinds', () => {
  it('have names of their own', () => {
    const names = kinds.flatMap(({ kind, aliases }) => [kind, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});
