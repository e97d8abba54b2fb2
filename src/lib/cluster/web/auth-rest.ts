import { requireAccess } from '../auth/access.js';
import type { Caller } from '../auth/caller.js';
import { type Answer, failure, json, type ServerRequest } from '../listeners/http.js';
import type { ClusterState } from '../state.js';

const NO_TIME = '0001-01-01T00:00:00Z';

/** The few reads of the auth service's older HTTP API that current clients still make (wire §1.5). */
export function createAuthRestHandler(state: ClusterState) {
  return (request: ServerRequest, caller: Caller): Answer => {
    const path = new URL(request.url ?? '/', 'https://auth').pathname;
    const body = request.method === 'GET' ? read(state, caller, path) : undefined;
    return body === undefined ? failure(404, `${request.method} ${path} is not part of this API`) : json(body);
  };
}

function read(state: ClusterState, caller: Caller, path: string): object | undefined {
  switch (path) {
    case '/v2/proxies':
      requireAccess(state, caller, 'proxy', 'list', 'read');
      return [serverDocument(state, 'proxy', state.addresses.proxy)];
    case '/v2/authservers':
      requireAccess(state, caller, 'auth_server', 'list', 'read');
      return [serverDocument(state, 'auth_server', state.addresses.auth)];
    case '/v2/configuration/name':
      requireAccess(state, caller, 'cluster_name', 'read');
      return {
        kind: 'cluster_name',
        version: 'v2',
        metadata: { name: 'cluster-name' },
        spec: { cluster_name: state.clusterName, cluster_id: state.hostId },
      };
    default:
      return undefined;
  }
}

/** A `types.ServerV2` in its JSON form (wire §4.11). */
function serverDocument(state: ClusterState, kind: 'proxy' | 'auth_server', address: string): object {
  const schedule = { update_clients: NO_TIME, update_servers: NO_TIME, standby: NO_TIME };
  return {
    kind,
    version: 'v2',
    metadata: { name: state.hostId },
    spec: {
      addr: address,
      hostname: 'localhost',
      rotation: { current_id: '', started: NO_TIME, last_rotated: NO_TIME, schedule },
      version: state.serverVersion,
      public_addrs: [address],
    },
  };
}
