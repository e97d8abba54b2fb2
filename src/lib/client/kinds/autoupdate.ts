import type {
  AutoUpdateAgentRollout,
  AutoUpdateConfig,
  AutoUpdateVersion,
} from '../../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import { AutoUpdateService } from '../../gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import type { Client } from '../client.js';
import { type KindOperations, listOfOne } from './operations.js';

const calls = AutoUpdateService.method;

export function autoupdateConfig(client: Client): KindOperations<AutoUpdateConfig> {
  return {
    get: (_name, options) => client.call(calls.getAutoUpdateConfig, {}, options),
    list: (options) => listOfOne(() => client.call(calls.getAutoUpdateConfig, {}, options)),
    create: (config, options) => client.call(calls.createAutoUpdateConfig, { config }, options),
    upsert: (config, options) => client.call(calls.upsertAutoUpdateConfig, { config }, options),
    update: (config, options) => client.call(calls.updateAutoUpdateConfig, { config }, options),
    delete: async (_name, options) => void (await client.call(calls.deleteAutoUpdateConfig, {}, options)),
  };
}

export function autoupdateVersion(client: Client): KindOperations<AutoUpdateVersion> {
  return {
    get: (_name, options) => client.call(calls.getAutoUpdateVersion, {}, options),
    list: (options) => listOfOne(() => client.call(calls.getAutoUpdateVersion, {}, options)),
    create: (version, options) => client.call(calls.createAutoUpdateVersion, { version }, options),
    upsert: (version, options) => client.call(calls.upsertAutoUpdateVersion, { version }, options),
    update: (version, options) => client.call(calls.updateAutoUpdateVersion, { version }, options),
    delete: async (_name, options) => void (await client.call(calls.deleteAutoUpdateVersion, {}, options)),
  };
}

export function autoupdateRollout(client: Client): KindOperations<AutoUpdateAgentRollout> {
  return {
    get: (_name, options) => client.call(calls.getAutoUpdateAgentRollout, {}, options),
    list: (options) => listOfOne(() => client.call(calls.getAutoUpdateAgentRollout, {}, options)),
    create: (rollout, options) => client.call(calls.createAutoUpdateAgentRollout, { rollout }, options),
    upsert: (rollout, options) => client.call(calls.upsertAutoUpdateAgentRollout, { rollout }, options),
    update: (rollout, options) => client.call(calls.updateAutoUpdateAgentRollout, { rollout }, options),
    delete: async (_name, options) => void (await client.call(calls.deleteAutoUpdateAgentRollout, {}, options)),
  };
}
