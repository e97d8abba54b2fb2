import { type BotInstance, BotInstanceSchema } from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { listPage, type PageRequest } from './paging.js';
import { decodeStored, getStored } from './stored-message.js';

/** Stored under `<bot name>/<instance UUID>`. */
const KIND = 'bot_instance';

export interface InstanceFilter {
  /** Empty = all bots. */
  botName: string;
  /** Part of bot name, instance id, hostname, join method or version, in any case; empty = all. */
  searchTerm: string;
}

/** @throws ClusterError NotFound. */
export function getBotInstance({ store }: ClusterState, botName: string, instanceId: string): BotInstance {
  if (botName === '') throw new ClusterError('BadParameter', 'bot_name: must be non-empty');
  const found = store.read((transaction) =>
    getStored(transaction, BotInstanceSchema, KIND, `${botName}/${instanceId}`),
  );
  if (found === undefined) throw notFound(instanceId);
  return found;
}

/** One page in the order of bot name and instance id. */
export function listBotInstances(
  { store }: ClusterState,
  page: PageRequest,
  { botName, searchTerm }: InstanceFilter,
): { instances: BotInstance[]; nextToken: string } {
  const options = botName === '' ? {} : { prefix: `${botName}/` };
  const { items, nextToken } = store.read((transaction) => listPage(transaction, KIND, page, options));
  const instances = items.map((item) => decodeStored(BotInstanceSchema, item));
  return { instances: instances.filter((instance) => mentions(instance, searchTerm.toLowerCase())), nextToken };
}

/** @throws ClusterError NotFound. */
export async function deleteBotInstance({ store }: ClusterState, botName: string, instanceId: string): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, `${botName}/${instanceId}`)) throw notFound(instanceId);
  });
}

function mentions({ spec, status }: BotInstance, term: string): boolean {
  const heartbeat = status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
  const texts = [
    spec?.botName,
    spec?.instanceId,
    heartbeat?.hostname,
    heartbeat?.joinMethod,
    heartbeat?.version,
    `v${heartbeat?.version}`,
  ];
  return texts.some((text) => text?.toLowerCase().includes(term));
}

function notFound(instanceId: string): ClusterError {
  return new ClusterError('NotFound', `bot_instance "${instanceId}" doesn't exist`);
}
