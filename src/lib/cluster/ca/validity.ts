import type { Validity } from '../../crypto/index.js';

/** Certificates begin a minute early, for holders whose clock is behind (join §3.1). */
const BACKDATE_MS = 60_000;

/** The validity of a certificate that is issued now. */
export function validityFrom(now: Date, ttlMs: number): Validity {
  return { notBefore: new Date(now.getTime() - BACKDATE_MS), notAfter: new Date(now.getTime() + ttlMs) };
}
