import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Headers as PlainHeaders } from '../../../src/lib/transport/plain-headers.js';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,3}$/);
const value = fc.stringMatching(/^[ !-~]{0,12}$/);
const step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), name, value }),
  fc.record({ do: fc.constant('set' as const), name, value }),
  fc.record({ do: fc.constant('delete' as const), name, value }),
);

describe('PlainHeaders', () => {
  it('does what the global class does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.array(step), name, (init, steps, asked) => {
        const plain = new PlainHeaders(init);
        const global = new Headers(init);
        for (const one of steps) {
          for (const headers of [plain, global])
            if (one.do === 'delete') headers.delete(one.name);
            else headers[one.do](one.name, one.value);
        }

        expect([...plain]).toEqual([...global]);
        expect([...plain.keys()]).toEqual([...global.keys()]);
        expect([...plain.values()]).toEqual([...global.values()]);
        expect(plain.get(asked)).toBe(global.get(asked));
        expect(plain.has(asked)).toBe(global.has(asked));
        expect([...new PlainHeaders(Object.fromEntries(plain))]).toEqual([...new Headers(Object.fromEntries(global))]);
        const visited: [string, string][] = [];
        plain.forEach((text, key) => void visited.push([key, text]));
        expect(visited).toEqual([...global]);
      }),
    );
  });
});
