import type { BotInstance } from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { type CallOptions, type Rpc, readPages } from '../rpc.js';

/** Loaded with the first call: each service's messages take time. */
async function calls() {
  return (await import('../../gen/teleport/machineid/v1/bot_instance_service_pb.js')).BotInstanceService.method;
}

/** The first release that lists by `ListBotInstancesV2` (cli: later versions). */
const V2_SINCE = '18.4';

/** Bot instances: single agents that have joined as a bot. */
export class BotInstancesClient {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  /** @throws RpcError `not_found` */
  async get(bot: string, id: string, options?: CallOptions): Promise<BotInstance> {
    return this.#rpc.unary((await calls()).getBotInstance, { botName: bot, instanceId: id }, options);
  }

  /** All instances, or those of one bot, or those with a text in what is known of them, page by page. */
  list({
    bot = '',
    search = '',
    pageSize = 0,
    ...options
  }: CallOptions & { bot?: string; search?: string; pageSize?: number } = {}): AsyncIterable<BotInstance> {
    return readPages(async (pageToken) => {
      const { listBotInstances, listBotInstancesV2 } = await calls();
      const newer = { filter: { botName: bot, searchTerm: search }, pageSize, pageToken };
      const older = { filterBotName: bot, filterSearchTerm: search, pageSize, pageToken };
      const page =
        (await this.#rpc.unaryIfServed(V2_SINCE, listBotInstancesV2, newer, options)) ??
        (await this.#rpc.unary(listBotInstances, older, options));
      return { items: page.botInstances, next: page.nextPageToken };
    });
  }

  /** @throws RpcError `not_found` */
  async delete(bot: string, id: string, options?: CallOptions): Promise<void> {
    await this.#rpc.unary((await calls()).deleteBotInstance, { botName: bot, instanceId: id }, options);
  }
}
