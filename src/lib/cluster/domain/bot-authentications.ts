import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type BotInstance,
  BotInstanceSchema,
  BotInstanceStatusAuthenticationSchema,
  BotInstanceStatusSchema,
} from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { LockV2Schema } from '../../gen/types/locks_pb.js';
import { UserV2Schema } from '../../gen/types/users_pb.js';
import { withLockDefaults } from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ReadTransaction, Transaction } from '../storage/backend.js';
import { GENERATION_LABEL } from './bot-resources.js';
import { getStored, putStored } from './stored-message.js';

/** Authentications and heartbeats that an instance remembers. */
export const HISTORY_LENGTH = 10;
const KIND = 'bot_instance';
/** A record outlives the certificates that it is about by so much (join §6.1). */
const EXPIRY_GRACE_MS = 5 * 60_000;

/** Which instance a bot's certificate names, and how often it was renewed. */
export interface CurrentInstance {
  botName: string;
  /** Empty: none. */
  instanceId: string;
  /** 0: none. */
  generation: number;
}

export interface AuthenticationRequest {
  username: string;
  botName: string;
  /** From the caller's certificate; undefined when it has none. */
  current: CurrentInstance | undefined;
  /** Id for an instance that has to be made. */
  newInstanceId: string;
  /** The instance that a new one continues, where that is proven. */
  previousInstanceId: string;
}

/** Where a certificate goes on counting. */
export type AuthenticationPlan =
  | { kind: 'new' | 'known'; instanceId: string; generation: number }
  /** The certificate is not the newest one of its instance: somebody has a copy. */
  | { kind: 'mismatch'; stored: number; presented: number };

/**
 * Decides which instance and generation the next certificate of a bot gets (join §6.3).
 * @throws ClusterError AccessDenied for a certificate without a generation whose instance is known.
 */
export function planAuthentication(transaction: ReadTransaction, request: AuthenticationRequest): AuthenticationPlan {
  const { botName, current, newInstanceId } = request;
  const presented = current?.generation ?? 0;
  const instance = current?.instanceId ? findInstance(transaction, botName, current.instanceId) : undefined;
  if (current !== undefined && instance !== undefined) {
    if (presented === 0) throw new ClusterError('AccessDenied', 'access denied: the certificate has no generation');
    const stored = instance.status?.latestAuthentications.at(-1)?.generation ?? 0;
    if (stored !== presented) return { kind: 'mismatch', stored, presented };
    return { kind: 'known', instanceId: current.instanceId, generation: stored + 1 };
  }
  if (presented === 0) return { kind: 'new', instanceId: newInstanceId, generation: 1 };
  const stored = generationLabel(transaction, request.username);
  if (stored !== presented) return { kind: 'mismatch', stored, presented };
  return { kind: 'new', instanceId: newInstanceId, generation: stored + 1 };
}

export interface AuthenticationRecord {
  now: Date;
  /** When the certificates were asked to end, before roles shorten them. */
  expires: Date;
  authentication: Omit<
    MessageInitShape<typeof BotInstanceStatusAuthenticationSchema>,
    'authenticatedAt' | 'generation' | '$typeName'
  >;
  /** Renewable certificates also count on the bot's user. */
  renewable: boolean;
}

/** Writes down what was planned, in the transaction that lets the certificates go. */
export function recordAuthentication(
  transaction: Transaction,
  { username, botName, previousInstanceId }: AuthenticationRequest,
  { kind, instanceId, generation }: Exclude<AuthenticationPlan, { kind: 'mismatch' }>,
  { now, expires, authentication, renewable }: AuthenticationRecord,
): void {
  const known = kind === 'known' ? findInstance(transaction, botName, instanceId) : undefined;
  const instance = known ?? newInstance(botName, instanceId, previousInstanceId);
  instance.status ??= create(BotInstanceStatusSchema);
  const { status } = instance;
  const entry = create(BotInstanceStatusAuthenticationSchema, {
    ...authentication,
    authenticatedAt: timestampFromDate(now),
    generation,
  });
  status.initialAuthentication ??= entry;
  status.latestAuthentications = [...status.latestAuthentications, entry].slice(-HISTORY_LENGTH);
  if (instance.metadata !== undefined) {
    instance.metadata.expires = timestampFromDate(new Date(expires.getTime() + EXPIRY_GRACE_MS));
  }
  putStored(transaction, BotInstanceSchema, KIND, `${botName}/${instanceId}`, instance);
  if (renewable && generation > 1) raiseGenerationLabel(transaction, username, generation);
}

/** Keeps the holders of all copies of a bot's certificate out, until somebody who is allowed to removes the lock. */
export function lockBotUser(
  transaction: Transaction,
  { username, now, lockName }: { username: string; now: Date; lockName: string },
  { stored, presented }: { stored: number; presented: number },
): ClusterError {
  const lock = withLockDefaults(
    create(LockV2Schema, {
      metadata: { name: lockName },
      spec: {
        target: { user: username },
        message: `The bot user ${username} has been locked: a certificate of generation ${presented} was used where generation ${stored} is the newest. Another party may have a copy of the bot's certificate.`,
        createdAt: timestampFromDate(now),
        createdBy: 'system',
      },
    }),
  );
  putStored(transaction, LockV2Schema, 'lock', lockName, lock);
  return new ClusterError(
    'AccessDenied',
    `renewable cert generation mismatch: stored=${stored}, presented=${presented}`,
  );
}

export function findInstance(transaction: ReadTransaction, botName: string, id: string): BotInstance | undefined {
  return getStored(transaction, BotInstanceSchema, KIND, `${botName}/${id}`);
}

function newInstance(botName: string, instanceId: string, previousInstanceId: string): BotInstance {
  return create(BotInstanceSchema, {
    kind: KIND,
    version: 'v1',
    metadata: { name: instanceId },
    spec: { botName, instanceId, previousInstanceId },
  });
}

function generationLabel(transaction: ReadTransaction, username: string): number {
  const user = getStored(transaction, UserV2Schema, 'user', username);
  return Number(user?.metadata?.labels[GENERATION_LABEL] ?? 0);
}

function raiseGenerationLabel(transaction: Transaction, username: string, generation: number): void {
  const user = getStored(transaction, UserV2Schema, 'user', username);
  if (user?.metadata === undefined || generationLabel(transaction, username) >= generation) return;
  user.metadata.labels[GENERATION_LABEL] = String(generation);
  putStored(transaction, UserV2Schema, 'user', username, user);
}
