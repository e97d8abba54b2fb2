import { type ServerV2, ServerV2Schema } from '../gen/types/servers_pb.js';
import { fromLegacyJson } from '../resources/index.js';
import type { Connection } from '../transport/index.js';
import { readServerList } from './rest.js';

const PATHS = { proxy: '/v2/proxies', auth_server: '/v2/authservers' } as const;

/** Servers as resources. Fields that are not known here are passed over, as a server of a later version may send some. */
export async function readServerResources(connection: Connection, kind: keyof typeof PATHS): Promise<ServerV2[]> {
  return (await readServerList(connection, PATHS[kind])).map((json) => fromLegacyJson(ServerV2Schema, json));
}
