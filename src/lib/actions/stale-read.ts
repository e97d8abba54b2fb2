import { setTimeout as wait } from 'node:timers/promises';
import { isErrorCode } from '../client/index.js';

/** Together as long as the cache of a busy cluster may take to learn of a change. */
const WAITS_MS = [50, 100, 200, 400, 800];

/**
 * Makes a change that begins with reading, again while the cluster says that what was read is no longer so: reads come from a
 * cache there, which lags behind the writes of a moment ago.
 */
export async function againWhileStale<T>(change: () => Promise<T>): Promise<T> {
  for (const pause of WAITS_MS) {
    try {
      return await change();
    } catch (error) {
      if (!isErrorCode(error, 'compare_failed')) throw error;
      await wait(pause);
    }
  }
  return change();
}
