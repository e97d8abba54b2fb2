import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { type UIConfigV1, UIConfigV1Schema } from '../../gen/types/ui_config_pb.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import { type KindOperations, listOfOne } from './operations.js';

const getUIConfig = authCall('GetUIConfig', EmptySchema, UIConfigV1Schema);
const setUIConfig = authCall('SetUIConfig', UIConfigV1Schema, EmptySchema);
const deleteUIConfig = authCall('DeleteUIConfig', EmptySchema, EmptySchema);

export function uiConfig(client: Client): KindOperations<UIConfigV1> {
  return {
    get: (_name, options) => client.call(getUIConfig, {}, options),
    list: (options) => listOfOne(() => client.call(getUIConfig, {}, options)),
    upsert: async (config, options) => void (await client.call(setUIConfig, config, options)) as undefined,
    delete: async (_name, options) => void (await client.call(deleteUIConfig, {}, options)),
  };
}
