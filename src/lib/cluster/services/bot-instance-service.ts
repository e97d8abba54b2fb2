import type { ServiceImpl } from '@connectrpc/connect';
import type { BotInstanceService } from '../../gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { callerKey } from '../auth/caller.js';
import { submitHeartbeat } from '../domain/bot-heartbeats.js';
import { deleteBotInstance, getBotInstance, listBotInstances } from '../domain/bot-instances.js';
import type { ClusterState } from '../state.js';

/** `teleport.machineid.v1.BotInstanceService` (wire §3.3, §6.2). */
export function botInstanceService(state: ClusterState): Partial<ServiceImpl<typeof BotInstanceService>> {
  const list = (size: number, token: string, botName: string, searchTerm: string) => {
    const { instances, nextToken } = listBotInstances(state, { size, token }, { botName, searchTerm });
    return { botInstances: instances, nextPageToken: nextToken };
  };
  return {
    getBotInstance: ({ botName, instanceId }) => getBotInstance(state, botName, instanceId),
    listBotInstances: (request) =>
      list(request.pageSize, request.pageToken, request.filterBotName, request.filterSearchTerm),
    listBotInstancesV2: ({ pageSize, pageToken, filter }) =>
      list(pageSize, pageToken, filter?.botName ?? '', filter?.searchTerm ?? ''),
    async deleteBotInstance({ botName, instanceId }) {
      await deleteBotInstance(state, botName, instanceId);
      return {};
    },
    async submitHeartbeat(request, { values }) {
      await submitHeartbeat(state, values.get(callerKey), request);
      return {};
    },
  };
}
