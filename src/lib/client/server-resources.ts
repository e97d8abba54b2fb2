import { PresenceService } from '../gen/teleport/presence/v1/presence_service_pb.js';
import { type ServerV2, ServerV2Schema } from '../gen/types/servers_pb.js';
import { fromLegacyJson } from '../resources/index.js';
import type { Connection } from '../transport/index.js';
import { GRPC_LISTS_SINCE, readServerList, type ServerInfo, type ServerKind } from './rest.js';
import { type Rpc, readPages } from './rpc.js';

const { listProxyServers, listAuthServers } = PresenceService.method;
/** The messages of both have the same fields. */
const METHODS = {
  proxy: listProxyServers,
  auth_server: listAuthServers as unknown as typeof listProxyServers,
};

/** The cluster's own services as resources: over gRPC where the server lists them there, else over REST (wire §1.5). */
export async function readServerResources(connection: Connection, rpc: Rpc, kind: ServerKind): Promise<ServerV2[]> {
  return (await listServers(rpc, kind)) ?? (await readOverRest(connection, kind));
}

/** Undefined where the server lists its services over REST only. */
async function listServers(rpc: Rpc, kind: ServerKind): Promise<ServerV2[] | undefined> {
  const method = METHODS[kind];
  const first = await rpc.unaryIfServed(GRPC_LISTS_SINCE, method, {});
  if (first === undefined) return undefined;
  const pages = readPages(async (pageToken) => {
    const page = pageToken === '' ? first : await rpc.unary(method, { pageToken });
    return { items: page.servers, next: page.nextPageToken };
  });
  const servers: ServerV2[] = [];
  for await (const server of pages) servers.push(server);
  return servers;
}

/** Fields that are not known here are passed over, as a server of a later version may send some. */
async function readOverRest(connection: Connection, kind: ServerKind): Promise<ServerV2[]> {
  return (await readServerList(connection, kind)).map((json) => fromLegacyJson(ServerV2Schema, json));
}

/** What a service says of itself. */
export function serverInfo({ metadata, spec }: ServerV2): ServerInfo {
  const { addr: address = '', hostname = '', publicAddrs: publicAddresses = [], version = '' } = spec ?? {};
  return { name: metadata?.name ?? '', hostname, address, publicAddresses, version };
}
