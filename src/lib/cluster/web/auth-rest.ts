import { ClusterNameV2Schema } from '../../gen/types/cluster_config_pb.js';
import { ServerV2Schema } from '../../gen/types/servers_pb.js';
import { toLegacyJson } from '../../resources/index.js';
import { requireAccess } from '../auth/access.js';
import type { Caller } from '../auth/caller.js';
import { getClusterName } from '../domain/cluster-config.js';
import { ownServer } from '../domain/own-servers.js';
import { ClusterError } from '../errors.js';
import { type Answer, failure, type HttpRequest, json, pathOf } from '../listeners/http.js';
import type { ClusterState } from '../state.js';

/** The few calls of the auth service's older HTTP API that current clients still make (wire §1.5). */
export function createAuthRestHandler(state: ClusterState) {
  return (request: HttpRequest, caller: Caller): Answer => {
    const path = pathOf(request);
    const answer = request.method === 'DELETE' ? remove : read;
    const body = ['GET', 'DELETE'].includes(request.method ?? '') ? answer(state, caller, path) : undefined;
    return body === undefined ? failure(404, `${request.method} ${path} is not part of this API`) : json(body);
  };
}

function read(state: ClusterState, caller: Caller, path: string): unknown {
  switch (path) {
    case '/v2/proxies':
      requireAccess(state, caller, 'proxy', 'list', 'read');
      return [toLegacyJson(ServerV2Schema, ownServer(state, 'proxy'))];
    case '/v2/authservers':
      requireAccess(state, caller, 'auth_server', 'list', 'read');
      return [toLegacyJson(ServerV2Schema, ownServer(state, 'auth_server'))];
    case '/v2/configuration/name':
      requireAccess(state, caller, 'cluster_name', 'read');
      return toLegacyJson(ClusterNameV2Schema, getClusterName(state));
    default:
      return undefined;
  }
}

/** The cluster's own proxy can be forgotten; it announces itself again at once. */
function remove(state: ClusterState, caller: Caller, path: string): unknown {
  const [, version, kind, part = ''] = path.split('/');
  if (version !== 'v2' || kind !== 'proxies' || part === '') return undefined;
  requireAccess(state, caller, 'proxy', 'delete');
  const name = decoded(part);
  if (name !== state.hostId) throw new ClusterError('NotFound', `key "/proxies/${name}" is not found`);
  return { message: 'ok' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new ClusterError('BadParameter', 'the path is not encoded as URLs are', { cause });
  }
}
