import { BotInstanceSchema } from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import type { KindDefinition } from '../kind-definition.js';
import { defineProtoKind } from '../proto-kind.js';

/** Agents that joined as a bot. The cluster keeps them; they are read and removed, never written. */
export const botInstanceKind: KindDefinition<typeof BotInstanceSchema> = {
  ...defineProtoKind('bot_instance', {
    schema: BotInstanceSchema,
    withDefaults: (instance) => instance,
    validate: () => [],
  }),
  nameOf: ({ spec }) => `${spec?.botName}/${spec?.instanceId}`,
};
