import { string } from '@oclif/core/flags';
import { goQuote } from '../util/go-quote.js';
import { parseRfc3339 } from '../util/rfc3339.js';
import { formatFlag } from './flags.js';
import { resultText } from './result-text.js';
import { UsageError } from './usage-error.js';
import { durationMs } from './values.js';

/** Flags of the commands that make a lock. */
export const lockEndFlags = {
  message: string({ helpValue: 'TEXT', summary: 'Shown to whoever is locked out' }),
  expires: string({
    helpValue: 'TIME',
    summary: 'When the lock ends, for example 2030-01-31T12:00:00Z; never unless given',
  }),
  ttl: string({ helpValue: 'DURATION', summary: 'How long the lock lasts, for example 12h' }),
  format: formatFlag(['text', 'json', 'yaml']),
};

/** The moment at which a lock shall end, if at all. @throws UsageError */
export function readLockEnd({ expires, ttl }: { expires?: string; ttl?: string }, now: Date): Date | undefined {
  if (expires !== undefined && ttl !== undefined) throw new UsageError('--expires and --ttl exclude each other');
  const ttlMs = durationMs('ttl', ttl);
  if (ttlMs !== undefined) return new Date(now.getTime() + ttlMs);
  if (expires === undefined) return undefined;
  const time = parseRfc3339(expires);
  if (time === undefined) {
    throw new UsageError(`--expires=${expires} is not a time`, {
      hint: 'Write it like --expires=2030-01-31T12:00:00Z',
    });
  }
  const end = new Date(Number(time.seconds) * 1000 + time.nanos / 1e6);
  if (end <= now) throw new UsageError(`--expires=${expires} lies in the past`);
  return end;
}

/** What the commands print that made a lock. */
export function lockedResult(format: 'text' | 'json' | 'yaml', name: string): Promise<string> {
  const text = `Created a lock with name ${goQuote(name)}.\n`;
  return resultText(format, { text, document: { kind: 'lock', name, result: 'created' } });
}
