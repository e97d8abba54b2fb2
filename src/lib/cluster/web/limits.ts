import type { Clock } from '../../util/clock.js';
import { formatGoDuration } from '../../util/duration.js';
import { type Answer, failure, type WebRequest } from '../listeners/http.js';
import { LOGIN_RATE, QUESTION_RATE, RateLimit } from '../listeners/rate-limit.js';

/** The routes that share a limit (login §1.8, join §0.4): by which somebody could guess secrets, and that cost the cluster work. */
const SECRETS =
  /^(?:POST \/webapi\/mfa\/(?:login\/(?:begin|finish)|token\/[^/]+\/registerchallenge)|PUT \/webapi\/users\/password\/token)$/;
const QUESTIONS = /^(?:GET \/webapi\/(?:ping\/.+|motd)|POST \/webapi\/host\/credentials)$/;

/** @returns the refusal for an address that has sent too many requests; undefined for requests that may be answered */
export function createWebLimits(clock: Clock): (request: WebRequest, path: string) => Answer | undefined {
  const limits = [
    { routes: SECRETS, limit: new RateLimit(clock, LOGIN_RATE) },
    { routes: QUESTIONS, limit: new RateLimit(clock, QUESTION_RATE) },
  ];
  return ({ method, socket }, path) => {
    const limit = limits.find(({ routes }) => routes.test(`${method} ${path}`))?.limit;
    if (limit === undefined || limit.allows(socket.remoteAddress ?? '')) return undefined;
    const wait = formatGoDuration(BigInt(limit.intervalMs) * 1_000_000n);
    return failure(429, `rate limit exceeded, try again in ${wait}`);
  };
}
