import type { Clock } from '../../util/clock.js';
import { LOGIN_RATE, RateLimit, SECRETS_RATE } from './rate-limit.js';

/**
 * The limits of calls by which somebody could guess secrets (login §1.8). As in the reference implementation, an address
 * that makes some other call in between begins anew.
 * @returns whether a call may be served, by its path and its caller's `host:port`
 */
export function createCallLimits(clock: Clock): (path: string, peer: string) => boolean {
  const challenges = new RateLimit(clock, LOGIN_RATE);
  const secrets = new RateLimit(clock, SECRETS_RATE);
  const limits = new Map([
    ['/proto.AuthService/CreateAuthenticateChallenge', challenges],
    ['/proto.AuthService/ChangeUserAuthentication', secrets],
  ]);
  return (path, peer) => {
    const address = peer.slice(0, peer.lastIndexOf(':'));
    const limit = limits.get(path);
    if (limit !== undefined) return limit.allows(address);
    challenges.forget(address);
    secrets.forget(address);
    return true;
  };
}
