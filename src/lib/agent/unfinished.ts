import type { Destination } from './destinations/destination.js';
import type { Identity } from './identity.js';

const FILE = '.tbot-unfinished.json';

/**
 * A request that the cluster counts, and whose answer was not stored: the process or the connection ended between the two.
 * The agent cannot know then whether it was counted, and to ask again with the old count would lock the bot.
 */
export interface Unfinished {
  what: 'join' | 'renewal';
  /** What the identity that asked says of itself; missing for a join. */
  instance?: string;
  generation?: number;
  /** The newest of the bound keys when it went out, authorized_keys form. */
  newestKey?: string;
  /** RFC 3339. */
  since: string;
}

/**
 * Notes a request that is about to go out; it stays noted until its answer is stored. A storage that cannot be written to ends
 * the matter here, before the cluster counts anything.
 */
export async function noteRequest(
  storage: Destination,
  identity: Identity | undefined,
  now: Date,
  newestKey?: string,
): Promise<void> {
  const { botInstanceId: instance, generation } = identity?.subject ?? {};
  const what: Unfinished['what'] = identity === undefined ? 'join' : 'renewal';
  const note = { what, instance, generation, newestKey, since: now.toISOString() };
  await storage.write({ [FILE]: JSON.stringify(note) });
}

export async function forgetRequest(storage: Destination): Promise<void> {
  await storage.remove(FILE);
}

/** The unfinished renewal of this very identity, or the unfinished join when there is none, if one is noted. */
export async function findUnfinished(
  storage: Destination,
  identity: Identity | undefined,
): Promise<Unfinished | undefined> {
  const found = readNote((await storage.read(FILE)) ?? '');
  if (identity === undefined) return found?.what === 'join' ? found : undefined;
  const { botInstanceId, generation } = identity.subject;
  const isSame = found?.what === 'renewal' && found.instance === botInstanceId && found.generation === generation;
  return isSame ? found : undefined;
}

function readNote(text: string): Unfinished | undefined {
  try {
    return JSON.parse(text) as Unfinished;
  } catch {
    return undefined; // none, or not ours
  }
}
