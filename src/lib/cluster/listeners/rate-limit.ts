import type { Clock } from '../../util/clock.js';

/** A token bucket: `burst` requests at once, and `average` more in each period. */
export interface Rate {
  periodMs: number;
  average: number;
  burst: number;
}

/** Limits of the reference implementation (login §1.8). */
export const LOGIN_RATE: Rate = { periodMs: 60_000, average: 20, burst: 40 };
export const QUESTION_RATE: Rate = { periodMs: 60_000, average: 120, burst: 480 };
export const SECRETS_RATE: Rate = { periodMs: 60_000, average: 1, burst: 10 };

/** Of more addresses nothing is remembered: those that were quiet for longest begin anew. */
const MAX_ADDRESSES = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Counts requests by the address that they come from. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** Quiet for longest first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Whether a request may be served; one that may not counts for nothing. @param address without port */
  allows(address: string): boolean {
    const tokens = this.#tokensOf(address);
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: tokens < 1 ? tokens : tokens - 1, filledAt: this.#clock().getTime() });
    if (this.#buckets.size > MAX_ADDRESSES) this.forget(this.#buckets.keys().next().value ?? '');
    return tokens >= 1;
  }

  /** The time in which one more request is allowed, in milliseconds. */
  get intervalMs(): number {
    return this.#rate.periodMs / this.#rate.average;
  }

  /** Lets an address begin anew. */
  forget(address: string): void {
    this.#buckets.delete(address);
  }

  #tokensOf(address: string): number {
    const { burst } = this.#rate;
    const bucket = this.#buckets.get(address);
    if (bucket === undefined) return burst;
    const passedMs = Math.max(0, this.#clock().getTime() - bucket.filledAt);
    return Math.min(burst, bucket.tokens + passedMs / this.intervalMs);
  }
}
