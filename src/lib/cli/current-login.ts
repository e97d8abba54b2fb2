import type { LoggedIn, LoginOptions } from '../client/index.js';
import { CredentialError, chooseLogin, readProfile } from '../credentials/index.js';
import { parseHostPort } from '../util/host-port.js';

/** Flags that ask for a login of its own, though there is one. */
interface AskedFor {
  auth?: string;
  ttl?: string;
  'password-file'?: string;
  otp?: string;
}

/**
 * The login that a command line asks for, where it is there and in force already (login §3.6); it is the current one from
 * then on. Undefined where somebody has to log in.
 */
export async function currentLogin(
  flags: AskedFor,
  options: LoginOptions & { isUserNamed: boolean },
): Promise<LoggedIn | undefined> {
  const { auth, ttl, otp, 'password-file': passwordFile } = flags;
  const asksForMore = [auth, ttl, otp, passwordFile].some((flag) => flag !== undefined);
  const { home, now } = options;
  const profile = parseHostPort(options.proxy)?.host;
  if (asksForMore || profile === undefined) return undefined;
  try {
    const { username, clusterName, proxyAddress, expires, source } = await readProfile(home, { profile, clock: now });
    if (proxyAddress === undefined || expires === undefined) return undefined;
    if (options.isUserNamed && username !== options.username) return undefined;
    await chooseLogin(home, profile);
    return { username, clusterName, proxyAddress, expires, profile: source.path };
  } catch (error) {
    if (error instanceof CredentialError) return undefined; // expired, logged out, or broken
    throw error;
  }
}
