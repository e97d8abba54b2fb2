import { BotInstanceSchema } from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { readMessage } from '../field-reader.js';
import type { KindDefinition } from '../kind-definition.js';
import { kindInfo } from '../kind-info.js';
import { protoDocument } from '../proto-json.js';

/** Agents that joined as a bot. The cluster keeps them; they are read and removed, never written. */
export const botInstanceKind: KindDefinition<typeof BotInstanceSchema> = {
  ...kindInfo('bot_instance'),
  schema: BotInstanceSchema,
  toDocument: (instance) => protoDocument(BotInstanceSchema, instance),
  fromDocument: (value) => readMessage(BotInstanceSchema, value, 'proto'),
  withDefaults: (instance) => instance,
  validate: () => [],
  nameOf: ({ spec }) => `${spec?.botName}/${spec?.instanceId}`,
};
