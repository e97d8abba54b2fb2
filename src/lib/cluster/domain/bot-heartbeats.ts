import { create, toBinary } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  BotInstanceSchema,
  type BotInstanceServiceHealth,
  type BotInstanceStatusHeartbeat,
  BotInstanceStatusSchema,
} from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { findInstance, HISTORY_LENGTH } from './bot-authentications.js';
import { missing } from './refusals.js';
import { asKnownHealth } from './release-limits.js';
import { putStored } from './stored-message.js';

/** Far more than an agent has to say; an instance keeps eleven. */
const LARGEST_BYTES = 64 * 1024;

export interface Heartbeat {
  heartbeat?: BotInstanceStatusHeartbeat | undefined;
  /** How the agent's services do; it replaces what was known of them. */
  serviceHealth: BotInstanceServiceHealth[];
}

/**
 * Notes that a bot's agent runs (join §6.2). The instance is the certificate's, the time the cluster's.
 * @throws ClusterError AccessDenied for callers who are no bot, NotFound for an instance that is gone, BadParameter for one
 *   larger than 64 KiB.
 */
export async function submitHeartbeat(
  state: ClusterState,
  caller: Caller,
  { heartbeat, serviceHealth }: Heartbeat,
): Promise<void> {
  const { store, clock } = state;
  const { botName = '', botInstanceId = '' } = caller.kind === 'user' ? caller.identity : {};
  if (botName === '') throw new ClusterError('AccessDenied', 'identity did not contain bot name');
  if (botInstanceId === '') throw new ClusterError('AccessDenied', 'identity did not contain bot instance');
  if (heartbeat === undefined) throw missing('heartbeat');
  const size = toBinary(
    BotInstanceStatusSchema,
    create(BotInstanceStatusSchema, { initialHeartbeat: heartbeat, serviceHealth }),
  ).length;
  if (size > LARGEST_BYTES) {
    throw new ClusterError('BadParameter', `heartbeat: ${size} bytes are more than ${LARGEST_BYTES}`);
  }
  const received = { ...heartbeat, recordedAt: timestampFromDate(clock()) };
  await store.write((transaction) => {
    const instance = findInstance(transaction, botName, botInstanceId);
    if (instance === undefined) throw new ClusterError('NotFound', `bot_instance "${botInstanceId}" doesn't exist`);
    instance.status ??= create(BotInstanceStatusSchema);
    const { status } = instance;
    status.initialHeartbeat ??= received;
    status.latestHeartbeats = [...status.latestHeartbeats, received].slice(-HISTORY_LENGTH);
    status.serviceHealth = asKnownHealth(state, serviceHealth);
    putStored(transaction, BotInstanceSchema, 'bot_instance', `${botName}/${botInstanceId}`, instance);
  });
}
