import { describe, it } from '@jest/globals';

import { isReleaseSince } from '../../src/lib/util/release.js';
import { RELEASE } from './release.js';

/** `describe` and `it` for what clusters can do since a release; on an older one the tests are skipped, and say so. */
function since(release: string, what: string): { describe: typeof describe; it: typeof it } {
  if (isReleaseSince(RELEASE, release)) return { describe, it };
  let told = false;
  const skipping = <T extends object>(skip: T) =>
    new Proxy(skip, {
      apply(target, thisArgument, args) {
        if (!told) process.stderr.write(`skipped: ${what} need ${release}, and the cluster says to be ${RELEASE}\n`);
        told = true;
        return Reflect.apply(target as never, thisArgument, args);
      },
    });
  return {
    describe: skipping(describe.skip) as typeof describe,
    it: skipping(it.skip) as typeof it,
  };
}

export const boundKeypair = since('18.1', 'tests of bound_keypair, and of locks on instances and tokens,');
export const newJoinService = since('18.2', 'tests of teleport.join.v1');
