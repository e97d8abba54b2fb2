import { completionText } from '../util/completion.js';
import { readUnfinished } from './complete-line.js';
import { candidatesAt } from './completion-values.js';
import type { GlobalFlagValues } from './flags.js';
import type { Io } from './io.js';
import { readManifest } from './manifest.js';
import { endAfter } from './outcome.js';

/** How long somebody at a shell waits for names. */
const CLUSTER_DEADLINE_MS = 2_000;

/**
 * How an unfinished command line may go on, as the scripts of shells read it. Whatever keeps names from being known, there
 * are none then: an error message would end up in the middle of the line.
 * @param words those before the word under the cursor
 */
export async function complete(words: readonly string[], word: string, root: string, io: Io): Promise<string> {
  const table = readManifest(root);
  const { place, globals } = readUnfinished(words, word, table);
  const namesOf = async (kind: string) => {
    const keepGoing = endAfter(CLUSTER_DEADLINE_MS);
    try {
      const { liveNames } = await import('./live-names.js');
      return await liveNames(kind, globalFlagValues(globals, io.env.HOME), io);
    } catch {
      return [];
    } finally {
      keepGoing();
    }
  };
  return completionText(await candidatesAt(place, word, table, namesOf), word);
}

/** @param home what a `~` stands for that the shell has not replaced yet */
function globalFlagValues(globals: ReadonlyMap<string, readonly string[]>, home = '~'): GlobalFlagValues {
  const last = (name: string) =>
    globals
      .get(name)
      ?.at(-1)
      ?.replace(/^~(?=\/)/, home);
  return {
    debug: false,
    insecure: globals.has('insecure'),
    config: last('config'),
    'config-string': last('config-string'),
    'auth-server': globals.get('auth-server')?.slice(),
    identity: last('identity'),
    'ca-file': last('ca-file'),
  };
}
