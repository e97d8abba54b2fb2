import type { Validity } from '../../crypto/index.js';

/** Certificates begin a minute early, for holders whose clock is behind (join §3.1). */
const BACKDATE_MS = 60_000;

/** How long authorities and certificates of hosts last (join §3.5, §3.7). */
export const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

/** The last moment that a certificate can name (RFC 5280 §4.1.2.5). */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The validity of a certificate that is issued now. */
export function validityFrom(now: Date, ttlMs: number): Validity {
  const notAfter = new Date(Math.min(now.getTime() + ttlMs, LATEST_MS));
  return { notBefore: new Date(now.getTime() - BACKDATE_MS), notAfter };
}
