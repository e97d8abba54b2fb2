import type { ServiceImpl } from '@connectrpc/connect';
import type { BotService } from '../../gen/teleport/machineid/v1/bot_service_pb.js';
import { callerKey } from '../auth/caller.js';
import { createBot, deleteBot, getBot, listBots, updateBot, upsertBot } from '../domain/bots.js';
import type { ClusterState } from '../state.js';

/** `teleport.machineid.v1.BotService` (wire §3.2, §6.1). */
export function botService(state: ClusterState): Partial<ServiceImpl<typeof BotService>> {
  return {
    getBot: ({ botName }) => getBot(state, botName),
    listBots({ pageSize, pageToken }) {
      const { bots, nextToken } = listBots(state, { size: pageSize, token: pageToken });
      return { bots, nextPageToken: nextToken };
    },
    createBot: ({ bot }, { values }) => createBot(state, values.get(callerKey), bot),
    upsertBot: ({ bot }, { values }) => upsertBot(state, values.get(callerKey), bot),
    updateBot: ({ bot, updateMask }) => updateBot(state, bot, updateMask?.paths ?? []),
    async deleteBot({ botName }) {
      await deleteBot(state, botName);
      return {};
    },
  };
}
