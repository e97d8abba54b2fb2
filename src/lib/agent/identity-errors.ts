import { isErrorCode } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import type { Identity } from './identity.js';
import type { Unfinished } from './unfinished.js';

/** Whether the cluster has looked at a request and said no, so that it has counted nothing. */
export function isRefusal(error: unknown): error is CodedError {
  return ['access_denied', 'bad_parameter', 'not_found'].some((code) => isErrorCode(error, code));
}

/** What to do when a cluster no longer takes the identity of a storage folder. */
const COPY_HINT =
  'If the bot is locked, "tctl bots unlock NAME" says why and removes the lock. ' +
  'Most often this folder was copied or restored from a backup, and another agent has renewed the identity since: ' +
  'one identity serves one agent. Stop the agent with the older copy, empty its folder and give it a token of its own ' +
  '("tctl bots instances add NAME").';

/** Tells what a refused renewal means; other failures are left as they are. @param label of the storage */
export function explainRenewal(error: unknown, label: string): unknown {
  if (!isErrorCode(error, 'access_denied')) return error;
  return new CodedError('identity_refused', `the cluster refuses the bot identity in ${label}: ${error.message}`, {
    cause: error,
    hint: COPY_HINT,
  });
}

/** Tells what a refused join means where an earlier one was cut off, or a key has joined before. */
export function explainJoin(
  error: unknown,
  unfinished: Unfinished | undefined,
  joinMethod: string | undefined,
): unknown {
  if (!isRefusal(error)) return error;
  const hint = [unfinished && cutOff(unfinished, joinMethod), joinMethod === 'bound_keypair' ? STATE_HINT : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
  return hint === '' ? error : new CodedError('join_refused', error.message, { cause: error, hint });
}

const STATE_HINT =
  'If this folder was copied or restored from a backup, its join state is not the newest: register this machine anew, ' +
  'with a token of its own. "tctl bots unlock NAME" says of a lock why it was made.';

function cutOff({ since }: Unfinished, joinMethod: string | undefined): string {
  const way =
    joinMethod === 'bound_keypair'
      ? 'Raise spec.bound_keypair.recovery.limit, or make the token anew.'
      : 'Make a new token ("tctl bots instances add NAME").';
  return `The join at ${since} was cut off after it was sent: the cluster may have counted it. ${way}`;
}

/**
 * The renewal was sent, and its answer is lost: the cluster takes the stored identity for an old copy from now on, and would
 * lock the bot if it were shown for a renewal again. It serves for outputs until it expires.
 */
export function lostRenewal(
  { since }: Unfinished,
  label: string,
  method: 'token' | 'bound_keypair',
  { validTo }: Identity,
  cause?: unknown,
): CodedError {
  const why = `the renewal at ${since} was cut off before its answer was in ${label}, and the cluster has counted it`;
  const until = `the identity serves until ${validTo.toISOString()}, but it cannot be renewed`;
  const hint =
    method === 'token'
      ? 'Put a new token ("tctl bots instances add NAME") into the configuration or the token file before then. There is no lock.'
      : 'Raise spec.bound_keypair.recovery.limit of the token ("tctl edit token/NAME"): the agent then recovers by itself.';
  return new CodedError('renewal_lost', `${why}: ${until}`, { cause, hint });
}
