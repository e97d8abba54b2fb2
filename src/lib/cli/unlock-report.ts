import type { BotLock, BotLocks } from '../actions/index.js';
import { CodedError } from '../util/coded-error.js';
import { goQuote } from '../util/go-quote.js';
import { printable } from '../util/printable.js';
import { rfc3339Seconds } from '../util/rfc3339.js';

export interface UnlockReport extends BotLocks {
  bot: string;
  dryRun: boolean;
}

/** What `bots unlock` says of each lock: what it is on, who made it, when, why, and what follows from that. */
export function unlockText({ bot, dryRun, own, shared }: UnlockReport): string {
  if (own.length + shared.length === 0) return `No lock keeps bot ${goQuote(bot)} out.\n`;
  const verb = dryRun ? 'Would remove' : 'Removed';
  return [
    ...own.map((lock) => block(verb, lock)),
    ...shared.map((lock) => block('Left', lock)),
    ...adviceOn(bot, [...own, ...shared]),
  ].join('\n');
}

function block(verb: string, lock: BotLock): string {
  const made = `Made by ${lock.cause === 'somebody' ? lock.createdBy : 'the cluster itself'}`;
  const lines = [
    `${verb} lock ${goQuote(lock.name)} on ${lock.on.map(partText).join(' and ')}`,
    `  ${made}${lock.createdAt ? ` at ${rfc3339Seconds(lock.createdAt)}` : ''}; ${lock.expires ? `ends ${rfc3339Seconds(lock.expires)}` : 'never ends'}`,
    ...(lock.message ? [`  Message: ${lock.message}`] : []),
    ...(verb === 'Left' ? [`  It keeps others out too${alsoText(lock)}: "tctl rm lock/${lock.name}" removes it`] : []),
  ];
  return `${printable(lines.join('\n'))}\n`;
}

function partText({ part, value }: BotLock['on'][number]): string {
  return `${part} ${value}`;
}

function alsoText({ alsoOn }: BotLock): string {
  return alsoOn.length > 0 ? ` (${alsoOn.map(partText).join(', ')})` : '';
}

/** What to do about locks that the cluster made: without it, the next of them follows. */
function adviceOn(bot: string, locks: readonly BotLock[]): string[] {
  const advice = {
    certificate:
      'The cluster saw an outdated certificate of the bot in use: a copy of its data, restored from a backup or stolen. Find\n' +
      'out where the copy is before the bot goes on. The agent whose certificate is outdated has to join again, or the next\n' +
      `lock follows: "tctl bots instances add ${bot}" makes a token for that.\n`,
    join_state:
      'The cluster saw an outdated join state: a copy of the data of the bot, restored from a backup or stolen. Find out\n' +
      'where the copy is before the bot goes on. The agent that has the outdated data needs a new join token, or the next\n' +
      'lock follows.\n',
  };
  const causes = new Set(locks.map(({ cause }) => cause));
  return Object.entries(advice).flatMap(([cause, text]) => (causes.has(cause as BotLock['cause']) ? [text] : []));
}

/** The same for programs. */
export function unlockDocument({ bot, dryRun, own, shared }: UnlockReport): object {
  const result = dryRun ? 'would_remove' : 'removed';
  return {
    bot,
    locks: [...own.map((lock) => lockDocument(lock, result)), ...shared.map((lock) => lockDocument(lock, 'left'))],
  };
}

function lockDocument(lock: BotLock, result: 'removed' | 'would_remove' | 'left'): object {
  return {
    name: lock.name,
    targets: lock.on,
    other_targets: lock.alsoOn,
    cause: lock.cause,
    message: lock.message,
    created_by: lock.createdBy,
    created_at: lock.createdAt && rfc3339Seconds(lock.createdAt),
    expires: lock.expires && rfc3339Seconds(lock.expires),
    result,
  };
}

/** The failure of an unlocking that left the bot itself locked; one on a role that it may act with is no failure. */
export function stillLocked({ bot, dryRun, shared }: UnlockReport): CodedError | undefined {
  const left = shared.filter(({ outputsOnly }) => !outputsOnly);
  if (dryRun || left.length === 0) return undefined;
  const names = left.map(({ name }) => name);
  return new CodedError(
    'still_locked',
    `bot ${goQuote(bot)} is still locked: ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} on others too`,
    {
      hint: `If they may all be let in again: ${names.map((name) => `tctl rm lock/${name}`).join('; ')}`,
    },
  );
}
