import { isErrorCode } from '../client/index.js';
import type { AgentContext } from './context.js';
import { errorText, type Logger } from './logs.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Waits 1, 2, 4 … 60 s between attempts, each shortened by up to a half so that agents do not come all at once. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return full / 2 + (full / 2) * random;
}

/** The pause until the next renewal: the interval, shortened by up to a tenth. */
export function intervalMs(interval: number, random: number): number {
  return interval * (1 - 0.1 * random);
}

/** So that a clock that is far ahead of the cluster's does not have everything renewed without pause. */
const SHORTEST_INTERVAL_MS = 10_000;

/** The interval, or half of what is left of a certificate that would expire before it is over. */
export function intervalWithin(interval: number, validTo: Date | undefined, now: Date): number {
  const leftMs = validTo === undefined ? Number.POSITIVE_INFINITY : validTo.getTime() - now.getTime();
  return leftMs > interval ? interval : Math.min(interval, Math.max(leftMs / 2, SHORTEST_INTERVAL_MS));
}

export interface Attempts {
  /** What is done, for the log. */
  what: string;
  log: Logger;
  signal: AbortSignal;
  /** No attempt begins after it; without, attempts go on until the signal. */
  deadline?: Date;
  /** Failures that another attempt cannot mend are thrown at once; without, there are none. */
  isLasting?: (error: unknown) => boolean;
}

/** Whether a failure may pass by itself: the network, or a cluster that is down. */
export function isPassing(error: unknown): boolean {
  return ['connect_failed', 'join_unreachable', 'unavailable', 'deadline_exceeded'].some((code) =>
    isErrorCode(error, code),
  );
}

/**
 * Does the work, again after each failure, until it succeeds. Each failure is logged with the time of the next attempt.
 * @returns undefined when the signal ended it.
 * @throws the last failure, when it is lasting, or there is a deadline and the next attempt would come after it
 */
export async function attempt<T>(
  { clock, random, pause }: AgentContext,
  { what, log, signal, deadline, isLasting }: Attempts,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      if (isLasting?.(error)) throw error;
      const waitMs = backoffMs(failures, random());
      const next = new Date(clock().getTime() + waitMs);
      if (deadline !== undefined && next > deadline) throw error;
      log.warn(`${what} failed`, { error: errorText(error), attempt: failures, next_attempt: next.toISOString() });
      await pause(waitMs, signal);
    }
  }
  return undefined;
}
