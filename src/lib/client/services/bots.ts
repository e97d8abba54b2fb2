import type { MessageInitShape } from '@bufbuild/protobuf';

import type { Bot, BotSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import { BotService } from '../../gen/teleport/machineid/v1/bot_service_pb.js';
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

/** Bots: what machines log in as. */
export class BotsClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  get(name: string, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary(BotService.method.getBot, { botName: name }, options);
  }

  /** All bots, page by page. `pageSize` 0 leaves the size to the server. */
  list({ pageSize = 0, ...options }: CallOptions & { pageSize?: number } = {}): AsyncIterable<Bot> {
    return readPages(async (pageToken) => {
      const page = await this.#rpc.unary(BotService.method.listBots, { pageSize, pageToken }, options);
      return { items: page.bots, next: page.nextPageToken };
    });
  }

  /** @throws RpcError `already_exists`, `bad_parameter` */
  create(bot: BotInput, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary(BotService.method.createBot, { bot: completeBot(bot) }, options);
  }

  /**
   * Changes the named fields of a bot.
   * @param paths of `spec.roles`, `spec.traits`, `spec.max_session_ttl`.
   */
  update(bot: BotInput, paths: string[], options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary(BotService.method.updateBot, { bot: completeBot(bot), updateMask: { paths } }, options);
  }

  /** Creates the bot or replaces it. */
  upsert(bot: BotInput, options?: CallOptions): Promise<Bot> {
    return this.#rpc.unary(BotService.method.upsertBot, { bot: completeBot(bot) }, options);
  }

  /** Removes the bot with its user and role. @throws RpcError `not_found` */
  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary(BotService.method.deleteBot, { botName: name }, options);
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
