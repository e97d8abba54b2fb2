import type { MessageInitShape } from '@bufbuild/protobuf';

import type { Bot, BotSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import { type CallOptions, type Rpc, readPages } from '../rpc.js';

/** A new bot in short; the same as the `spec` of a bot resource. */
export interface NewBot {
  name: string;
  /** Roles that the bot may take on. */
  roles?: string[];
  /** For example `{ logins: ['root'] }`. */
  traits?: Record<string, string[]>;
  /** Longest life of the certificates that the bot asks for; 12 hours unless given. */
  maxSessionTtlSeconds?: number;
}

type BotInput = NewBot | MessageInitShape<typeof BotSchema>;

/** Loaded with the first call: each service's messages take time. */
async function calls() {
  return (await import('../../gen/teleport/machineid/v1/bot_service_pb.js')).BotService.method;
}

/** Bots: what machines log in as. */
export class BotsClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  async get(name: string, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary((await calls()).getBot, { botName: name }, options);
  }

  /** All bots, page by page. `pageSize` 0 leaves the size to the server. */
  list({ pageSize = 0, ...options }: CallOptions & { pageSize?: number } = {}): AsyncIterable<Bot> {
    return readPages(async (pageToken) => {
      const page = await this.#rpc.unary((await calls()).listBots, { pageSize, pageToken }, options);
      return { items: page.bots, next: page.nextPageToken };
    });
  }

  /** @throws RpcError `already_exists`, `bad_parameter` */
  async create(bot: BotInput, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary((await calls()).createBot, { bot: completeBot(bot) }, options);
  }

  /**
   * Changes the named fields of a bot.
   * @param paths of `spec.roles`, `spec.traits`, `spec.max_session_ttl`.
   */
  async update(bot: BotInput, paths: string[], options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary((await calls()).updateBot, { bot: completeBot(bot), updateMask: { paths } }, options);
  }

  /** Creates the bot or replaces it. */
  async upsert(bot: BotInput, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary((await calls()).upsertBot, { bot: completeBot(bot) }, options);
  }

  /** Removes the bot with its user and role. @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteBot, { botName: name }, options);
  }
}

function completeBot(bot: BotInput): MessageInitShape<typeof BotSchema> {
  if (!('name' in bot)) return bot;
  const { name, roles = [], traits = {}, maxSessionTtlSeconds } = bot;
  return {
    kind: 'bot',
    version: 'v1',
    metadata: { name },
    spec: {
      roles,
      traits: Object.entries(traits).map(([trait, values]) => ({ name: trait, values })),
      ...(maxSessionTtlSeconds === undefined ? {} : { maxSessionTtl: { seconds: BigInt(maxSessionTtlSeconds) } }),
    },
  };
}
