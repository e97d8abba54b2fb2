import { type KeyObject, randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { authorizedKeyLine, keyKindOf, parseAuthorizedKey, samePublicKey } from '../../crypto/index.js';
import type { Certs } from '../../gen/proto/certs_pb.js';
import { LockV2Schema } from '../../gen/types/locks_pb.js';
import { withLockDefaults } from '../../resources/kinds/index.js';
import { CodedError } from '../../util/coded-error.js';
import { putStored } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { botOf, findJoinToken } from './admission.js';
import { joinBot } from './bot-join.js';
import {
  type Binding,
  bindingOf,
  checkRegistrationSecret,
  commitBinding,
  isOutOfRecoveries,
  isRotationDue,
} from './bound-keypair-token.js';
import { checkSolution, createChallenge } from './challenge.js';
import { joinStateProblem, signJoinState } from './join-state.js';
import type { Joiner, JoinRequest } from './request.js';

/** What the cluster asks of the joiner; it gets an answer of the same kind. */
export type Prompt = { kind: 'challenge'; publicKey: KeyObject; document: string } | { kind: 'rotation' };
export type Reply = { kind: 'challenge'; solution: Uint8Array } | { kind: 'rotation'; publicKey: KeyObject };

export interface BoundKeypairRequest extends JoinRequest {
  /** Empty: none. */
  registrationSecret: string;
  /** Compact JWT; empty: none. */
  previousJoinState: string;
}

export interface BoundKeypairResult {
  certs: Certs;
  joinState: string;
  /** The key that is bound now. */
  publicKey: KeyObject;
}

type Conversation<T> = AsyncGenerator<Prompt, T, Reply>;

/** How a join stands before the joiner's identity counts. */
interface Proven {
  key: KeyObject;
  isRecovery: boolean;
}

/**
 * A join by proof of a key (join §2.6), as a conversation whose wire form is the caller's: it yields what to ask, takes the
 * answer, and returns what the joiner gets. Nothing is changed before the end, except that a token is locked whose key
 * holder shows a join state that is not the newest.
 * @throws ClusterError
 */
export async function* joinWithBoundKeypair(
  state: ClusterState,
  request: BoundKeypairRequest,
  joiner: Joiner,
): Conversation<BoundKeypairResult> {
  const { store, clock } = state;
  const binding = bindingOf(store.read((transaction) => findJoinToken(transaction, request, 'bound_keypair')));
  const proven = yield* proveKey(state, binding, request, joiner);
  store.read((transaction) =>
    botOf(transaction, findJoinToken(transaction, request, 'bound_keypair'), joiner, clock()),
  );
  const previousInstanceId = await checkJoinState(state, binding, request);
  if (!proven.isRecovery && joiner.current?.instanceId !== binding.boundInstanceId) {
    throw new ClusterError('AccessDenied', 'access denied: bot instance mismatch');
  }
  const rotated = isRotationDue(binding, clock()) ? yield* rotate(state, proven.key) : undefined;
  const publicKey = rotated ?? proven.key;

  let after = binding;
  const certs = await joinBot(state, request, joiner, {
    name: 'bound_keypair',
    renewable: false,
    previousInstanceId: proven.isRecovery ? previousInstanceId : '',
    consume: (transaction, token, instanceId) => {
      const change = {
        boundKey: authorizedKeyLine(publicKey),
        isRecovery: proven.isRecovery,
        isRotated: rotated !== undefined,
      };
      after = commitBinding(transaction, token, binding, change, { instanceId, now: clock() });
    },
  });
  const joinState = await signJoinState(state, {
    botName: after.botName,
    instanceId: after.boundInstanceId,
    sequence: after.recoveryCount,
    limit: after.limit,
    mode: after.modeText,
  });
  return { certs, joinState, publicKey };
}

/** The first part of each flow: the joiner proves the key that the token knows, or that it may bring a new one. */
async function* proveKey(
  state: ClusterState,
  binding: Binding,
  { registrationSecret }: BoundKeypairRequest,
  { current }: Joiner,
): Conversation<Proven> {
  const { boundKey, boundInstanceId, initialKey } = binding;
  if (boundKey === '') {
    if (current !== undefined) {
      throw new ClusterError('BadParameter', 'a first join cannot be made with the credentials of an earlier one');
    }
    if (isOutOfRecoveries(binding)) throw new ClusterError('AccessDenied', 'no recovery attempts remaining');
    const key = yield* proveFirstKey(state, binding, registrationSecret);
    return { key, isRecovery: true };
  }
  if (boundInstanceId === '') {
    throw new ClusterError('BadParameter', 'the token has a bound key but no bot instance; it must be created again');
  }
  const key = readKey(boundKey || initialKey);
  yield* challenge(state, key);
  if (current !== undefined) return { key, isRecovery: false };
  if (isOutOfRecoveries(binding)) throw new ClusterError('AccessDenied', 'no rejoins remaining');
  return { key, isRecovery: true };
}

async function* proveFirstKey(state: ClusterState, binding: Binding, secret: string): Conversation<KeyObject> {
  if (binding.initialKey !== '') {
    const key = readKey(binding.initialKey);
    yield* challenge(state, key);
    return key;
  }
  if (binding.registrationSecret === '') {
    throw new ClusterError('BadParameter', 'the token has neither a registered key nor a registration secret');
  }
  checkRegistrationSecret(binding, secret, state.clock());
  const key = yield* askForKey();
  yield* challenge(state, key);
  return key;
}

async function* rotate(state: ClusterState, old: KeyObject): Conversation<KeyObject> {
  const key = yield* askForKey();
  if (samePublicKey(key, old)) throw new ClusterError('BadParameter', 'the new public key must not be the old one');
  yield* challenge(state, key);
  return key;
}

async function* askForKey(): Conversation<KeyObject> {
  const reply = yield { kind: 'rotation' };
  if (reply.kind !== 'rotation') throw new ClusterError('BadParameter', 'expected a new public key');
  if (keyKindOf(reply.publicKey) === undefined) {
    throw new ClusterError('BadParameter', 'the new public key must be Ed25519, ECDSA P-256 or RSA 2048');
  }
  return reply.publicKey;
}

async function* challenge({ clusterName, clock }: ClusterState, key: KeyObject): Conversation<void> {
  const given = createChallenge({ clusterName, key, now: clock() });
  const reply = yield { kind: 'challenge', publicKey: key, document: given.document };
  if (reply.kind !== 'challenge') throw new ClusterError('BadParameter', 'expected the solution of a challenge');
  await checkSolution(given, reply.solution, clock());
}

/**
 * Once a bot has joined, it shows the join state of its last join, so that a copy of its keys is noticed.
 * @returns the instance that the state proves, or an empty text where none is asked for
 * @throws ClusterError AccessDenied; a wrong state locks the token, a missing one does not.
 */
async function checkJoinState(state: ClusterState, binding: Binding, request: BoundKeypairRequest): Promise<string> {
  const { botName, boundInstanceId, boundKey, recoveryCount, mode } = binding;
  if (boundKey === '' || recoveryCount === 0 || mode === 'insecure') return '';
  if (request.previousJoinState === '') {
    throw new ClusterError('AccessDenied', 'join state verification failed: previous join state is required');
  }
  const expected = { botName, instanceId: boundInstanceId, sequence: recoveryCount };
  const problem = await joinStateProblem(state, request.previousJoinState, expected);
  if (problem === undefined) return boundInstanceId;
  await lockToken(state, request.token, problem);
  throw new ClusterError('AccessDenied', 'join state verification failed');
}

async function lockToken({ store, clock, log }: ClusterState, token: string, problem: string): Promise<void> {
  const name = randomUUID();
  const lock = withLockDefaults(
    create(LockV2Schema, {
      metadata: { name },
      spec: {
        target: { joinToken: token },
        message: `The join token ${token} has been locked: a client that holds its key showed a join state that was refused: ${problem}. Another party may have a copy of the bot's data.`,
        createdAt: timestampFromDate(clock()),
        createdBy: 'system',
      },
    }),
  );
  await store.write((transaction) => putStored(transaction, LockV2Schema, 'lock', name, lock));
  log('warn', `join token ${token} is locked: ${problem}`);
}

/** @throws ClusterError BadParameter. */
export function readKey(line: string): KeyObject {
  try {
    return parseAuthorizedKey(line.trim()).key;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ClusterError('BadParameter', 'the public key cannot be read', { cause });
  }
}
