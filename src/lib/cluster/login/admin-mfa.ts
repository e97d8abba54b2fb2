import { createHash } from 'node:crypto';
import type { CreateAuthenticateChallengeRequest } from '../../gen/proto/mfa_pb.js';
import { ChallengeAllowReuse } from '../../gen/teleport/mfa/v1/challenge_pb.js';
import type { Caller } from '../auth/caller.js';
import { findUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import { readAssertion } from '../passkeys/browser-json.js';
import type { Assertion } from '../passkeys/ceremony.js';
import type { ClusterState } from '../state.js';
import type { Store } from '../storage/backend.js';
import { countingAttempts } from './attempts.js';
import { acceptOtp, otpSecretsOf } from './otp-devices.js';
import { acceptPasskey } from './passkey-devices.js';
import { type SecondFactors, secondFactorsOf } from './second-factors.js';

/** That somebody was asked for an answer that may be used again, by user. */
const REUSE_ASKED = 'mfa_reuse_asked';
/** Answers that may be used again, by user and digest. */
const REUSABLE = 'mfa_reusable';
/** A challenge, and an answer that may be used again, are good for so long (login §6). */
const SESSION_MS = 5 * 60_000;

/** Clients know this refusal by its text (wire §1.3). */
const REFUSAL = 'admin-level API request requires MFA verification';

/** An answer to a challenge, of which a browser's names the request too. */
interface Answer {
  TOTP?: { Code?: unknown };
  Webauthn?: unknown;
  Browser?: { webauthnResponse?: unknown };
}

type User = Extract<Caller, { kind: 'user' }>;

/**
 * Whether the cluster wants a second factor from this caller for administration. Never from its own parts, from bots, or
 * from identities that its host has made for others (wire §1.4).
 */
export function needsAdminMfa({ adminMfa, hostId, clusterName }: ClusterState, caller: Caller): caller is User {
  if (!adminMfa || caller.kind !== 'user') return false;
  const { botName = '', impersonator = '' } = caller.identity;
  return botName === '' && impersonator !== `${hostId}.${clusterName}`;
}

/** What a caller may answer with. @throws ClusterError BadParameter for a user without a second factor */
export async function createAdminChallenge(
  state: ClusterState,
  { username }: User,
  { challengeExtensions, browserMfaTshRedirectUrl: callbackUrl }: CreateAuthenticateChallengeRequest,
): Promise<SecondFactors> {
  const { store, clock } = state;
  const user = store.read((transaction) => findUser(transaction, username));
  const factors = await secondFactorsOf(state, user, { username, purpose: 'admin', callbackUrl });
  if (!factors.otp && factors.passkey === undefined) {
    throw new ClusterError(
      'BadParameter',
      `user "${username}" has no second factor, and administration needs one here`,
    );
  }
  if (challengeExtensions?.allowReuse === ChallengeAllowReuse.YES) {
    const expires = new Date(clock().getTime() + SESSION_MS);
    await store.write((t) => t.put({ kind: REUSE_ASKED, name: username, value: new Uint8Array(), expires }));
  }
  return factors;
}

/**
 * Lets a call pass that brings a right answer.
 * @param header of the call: base64 of JSON (wire §1.2), or null
 * @throws ClusterError AccessDenied
 */
export async function requireAdminMfa(
  state: ClusterState,
  { username }: User,
  header: string | null,
  demand: 'fresh' | 'reusable',
): Promise<void> {
  const answer = answerIn(header);
  if (answer === undefined) throw new ClusterError('AccessDenied', REFUSAL);
  const proof = typeof answer === 'string' ? answer : answer.signature;
  const name = `${username}/${createHash('sha256').update(proof).digest('hex')}`;
  const { store, clock } = state;
  const isKnown = () => store.read((transaction) => transaction.get(REUSABLE, name)) !== undefined;
  await inTurn(store, async () => {
    if (isKnown()) {
      if (demand === 'reusable') return;
      throw new ClusterError('AccessDenied', REFUSAL);
    }
    await countingAttempts(state, username, async (user) => {
      if (typeof answer !== 'string') {
        if (await acceptPasskey(state, username, 'admin', answer)) return;
        throw new ClusterError('AccessDenied', 'the passkey is not one of the user, or the answer comes too late');
      }
      if (await acceptOtp(state, username, otpSecretsOf(user), answer)) return;
      throw new ClusterError('AccessDenied', 'the one-time password is wrong, or was used already');
    });
    await store.write((transaction) => {
      if (!transaction.delete(REUSE_ASKED, username) || demand === 'fresh') return;
      const expires = new Date(clock().getTime() + SESSION_MS);
      transaction.put({ kind: REUSABLE, name, value: new Uint8Array(), expires });
    });
  });
}

const queues = new WeakMap<Store, Promise<unknown>>();

/** One check after the other: calls that come together with one answer find out that the first of them was let pass. */
function inTurn<T>(store: Store, check: () => Promise<T>): Promise<T> {
  const mine = (queues.get(store) ?? Promise.resolve()).then(check);
  queues.set(
    store,
    mine.catch(() => undefined),
  );
  return mine;
}

/** The one-time password or the passkey's assertion in an answer; undefined where there is none. */
function answerIn(header: string | null): string | Assertion | undefined {
  try {
    const { TOTP, Webauthn, Browser } = JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8')) as Answer;
    return String(TOTP?.Code ?? '').trim() || readAssertion(Browser?.webauthnResponse ?? Webauthn);
  } catch {
    return undefined; // no answer at all
  }
}
