import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { type InstallerV1, InstallerV1ListSchema, InstallerV1Schema } from '../../gen/types/installers_pb.js';
import { ResourceRequestSchema } from '../../gen/types/metadata_pb.js';
import { authCall } from '../calls/auth-call.js';
import type { Client } from '../client.js';
import type { KindOperations } from './operations.js';

const getInstaller = authCall('GetInstaller', ResourceRequestSchema, InstallerV1Schema);
const getInstallers = authCall('GetInstallers', EmptySchema, InstallerV1ListSchema);
const setInstaller = authCall('SetInstaller', InstallerV1Schema, EmptySchema);
const deleteInstaller = authCall('DeleteInstaller', ResourceRequestSchema, EmptySchema);

export function installers(client: Client): KindOperations<InstallerV1> {
  return {
    get: (name, options) => client.call(getInstaller, { name }, options),
    async *list(options) {
      yield* (await client.call(getInstallers, {}, options)).installers;
    },
    upsert: async (installer, options) => void (await client.call(setInstaller, installer, options)) as undefined,
    delete: async (name, options) => void (await client.call(deleteInstaller, { name }, options)),
  };
}
