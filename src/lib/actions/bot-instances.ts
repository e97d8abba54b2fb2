import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type { Client } from '../client/index.js';
import type { BotInstance } from '../gen/teleport/machineid/v1/bot_instance_pb.js';
import { CodedError } from '../util/coded-error.js';
import { isReleaseSince } from '../util/release.js';
import { type BotToken, makeBotToken, usableBotToken } from './bot-token.js';
import type { AddedBot } from './bots.js';
import { collect } from './collect.js';
import { namingWhatIsMissing } from './missing.js';
import { serverVersion } from './server-version.js';

export interface InstanceQuery {
  /** Only those of this bot. */
  bot?: string;
  /** Only those with this in the name of bot, instance or host, the join method or the version. */
  search?: string;
  /** Only those of which it holds, see `parseInstanceQuery`. */
  matches?: (instance: BotInstance) => boolean;
  /** As `bots instances list --sort-index` has them (cli, later versions). */
  sortIndex: 'bot_name' | 'active_at_latest' | 'version_latest' | 'host_name_latest';
  descending: boolean;
}

/** The bot instances that are asked for, in order. Sorted here and not by the cluster, because only newer ones can. */
export async function listBotInstances(
  { bot, search, matches = () => true, sortIndex, descending }: InstanceQuery,
  { client }: { client: Client },
): Promise<BotInstance[]> {
  const found = await collect(client.botInstances.list({ bot, search }));
  const key = SORT_KEYS[sortIndex];
  const order = descending ? -1 : 1;
  // Numbers count as numbers: 18.10 comes after 18.9. The first collator takes as long to make as a short command runs.
  const { compare } = new Intl.Collator('en', { numeric: true });
  return found
    .filter(matches)
    .map((instance) => ({ instance, key: key(instance) }))
    .sort((a, b) => order * compare(a.key, b.key))
    .map(({ instance }) => instance);
}

const SORT_KEYS: Record<InstanceQuery['sortIndex'], (instance: BotInstance) => string> = {
  bot_name: ({ spec }) => `${spec?.botName}/${spec?.instanceId}`,
  active_at_latest: (instance) => latestActivity(instance)?.seconds.toString() ?? '',
  version_latest: (instance) => latestHeartbeat(instance)?.version ?? '',
  host_name_latest: (instance) => latestHeartbeat(instance)?.hostname ?? '',
};

function latestHeartbeat({ status }: BotInstance) {
  return status?.latestHeartbeats.at(-1) ?? status?.initialHeartbeat;
}

function latestActivity(instance: BotInstance): Timestamp | undefined {
  return (
    latestHeartbeat(instance)?.recordedAt ??
    (instance.status?.latestAuthentications.at(-1) ?? instance.status?.initialAuthentication)?.authenticatedAt
  );
}

/** The first release whose agents tell how their services do, which its own tool then shows (cli: later versions). */
const HEALTH_SINCE = '18.4';

export async function tellsHealth({ client }: { client: Client }): Promise<boolean> {
  return isReleaseSince(await serverVersion(client), HEALTH_SINCE);
}

/** Which instance a text such as `example/7c5e…` names. @throws CodedError `bad_ref` */
export function parseInstanceId(text: string): { bot: string; id: string } {
  const [bot, id, ...rest] = text.split('/');
  if (bot && id && rest.length === 0) return { bot, id };
  throw new CodedError('bad_ref', `"${text}" does not name a bot instance`, {
    hint: 'Write BOT/ID as the first column of "tctl bots instances ls" has it',
  });
}

/** @throws CodedError `not_found` */
export function readBotInstance(
  { bot, id }: { bot: string; id: string },
  { client }: { client: Client },
): Promise<BotInstance> {
  return namingWhatIsMissing({ kind: 'bot_instance', name: `${bot}/${id}`, client }, () =>
    client.botInstances.get(bot, id),
  );
}

/** A join token for one more agent of a bot that exists; made unless an existing one is named. */
export async function addBotInstance(
  { name, token, tokenTtlMs }: { name: string; token?: string; tokenTtlMs?: number },
  { client, now }: { client: Client; now: Date },
): Promise<AddedBot> {
  const { status } = await readBot(name, client);
  const joinToken: BotToken =
    token === undefined
      ? await makeBotToken({ name, tokenTtlMs }, { client, now })
      : await usableBotToken(token, name, client);
  return { name, userName: status?.userName ?? '', roleName: status?.roleName ?? '', token: joinToken };
}

function readBot(name: string, client: Client) {
  return namingWhatIsMissing({ kind: 'bot', name, client }, () => client.bots.get(name));
}
