import type { ServerV2 } from '../../gen/types/servers_pb.js';
import type { Client } from '../client.js';
import { RpcError } from '../errors.js';
import { isNamed } from './node.js';
import type { KindOperations } from './operations.js';

/** The cluster's own services, which are still told over the REST interface (wire §1.5). */
export function proxies(client: Client): KindOperations<ServerV2> {
  return {
    ...servers(client, 'proxy'),
    delete: (name) => client.deleteProxy(name),
  };
}

export function authServers(client: Client): KindOperations<ServerV2> {
  return servers(client, 'auth_server');
}

function servers(client: Client, kind: 'proxy' | 'auth_server'): KindOperations<ServerV2> {
  return {
    async get(name) {
      const found = (await client.servers(kind)).find((server) => isNamed(server, name));
      if (found === undefined) throw new RpcError('not_found', 'get', `${kind} ${JSON.stringify(name)} is not found`);
      return found;
    },
    async *list() {
      yield* await client.servers(kind);
    },
  };
}
