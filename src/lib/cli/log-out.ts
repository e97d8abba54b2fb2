import { type LoggedOut, removeLogins, tshHomeOf } from '../credentials/index.js';
import { parseHostPort } from '../util/host-port.js';
import type { Io } from './io.js';
import { UsageError } from './usage-error.js';

/** Forgets the login at one proxy, or all. */
export async function logOut(proxy: string | undefined, env: Io['env']): Promise<LoggedOut[]> {
  const host = proxy === undefined ? undefined : parseHostPort(proxy)?.host;
  if (proxy !== undefined && host === undefined) {
    throw new UsageError(`--proxy=${proxy} is no address`, { commandId: 'logout' });
  }
  return removeLogins(tshHomeOf(env), host);
}
