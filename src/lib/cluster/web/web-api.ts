import { AUTH_PREFERENCE, getSingleton } from '../domain/cluster-config.js';
import {
  type Answer,
  failure,
  failureOf,
  type HttpRequest,
  type HttpResponse,
  json,
  pathOf,
  queryOf,
  send,
  text,
  type WebRequest,
} from '../listeners/http.js';
import type { ClusterState } from '../state.js';
import { answerJoin } from './host-credentials.js';
import { installScript } from './install-script.js';
import { createWebLimits } from './limits.js';
import { answerLogin } from './login.js';
import { outcomePage, PASSKEY_SCRIPT_PATH, passkeyScript, passwordPage } from './pages.js';
import { findResponse, pingConnectorResponse, pingResponse } from './ping.js';

/** Every route that begins with one of these also exists below `/v1` (transport §7). */
const VERSIONED = /^\/v1(?=\/(?:webapi|scripts|\.well-known|enterprise|workload-identity|web)(?:\/|$))/;
const UPGRADE_CHANNEL = /^\/webapi\/automaticupgrades\/channel\/(.+)\/(version|critical)$/;
const SET_PASSWORD = /^\/web\/(?:invite|reset)\/([0-9a-f]+)$/;
const OUTCOME = /^\/web\/msg\/(info|error)\//;
const HOST_CREDENTIALS = '/webapi/host/credentials';
const PING_CONNECTOR = '/webapi/ping/';
const LOCAL_CONNECTORS = ['local', 'passwordless', 'headless'];

const HEADERS = {
  'cache-control': 'no-cache, no-store, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin',
  'content-security-policy':
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** The part of the proxy's web API that needs no login. */
export function createWebHandler(state: ClusterState): (request: WebRequest, response: HttpResponse) => void {
  const limit = createWebLimits(state.clock);
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = pathOf(request).replace(VERSIONED, '');
    const refusal = limit(request, path);
    if (refusal !== undefined) return send(response, refusal);
    const isJoin = request.method === 'POST' && path === HOST_CREDENTIALS;
    const later = isJoin ? answerJoin(state, request) : answerLogin(state, request, path);
    if (later === undefined) send(response, answer(state, request, path));
    else void later.then((result) => send(response, result));
  };
}

function answer(state: ClusterState, request: HttpRequest, path: string): Answer {
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') return pathNotFound(state);
    return route(state, path, queryOf(request));
  } catch (error) {
    return failureOf(error, request, state.log);
  }
}

function route(state: ClusterState, path: string, query: URLSearchParams): Answer {
  if (path === '/webapi/find') return json(findResponse(state));
  if (path === '/webapi/ping') return json(pingResponse(state));
  if (path.startsWith(PING_CONNECTOR)) return pingConnector(state, path.slice(PING_CONNECTOR.length));
  if (path === '/webapi/motd') return json({ Text: messageOfTheDay(state) });
  const tokenId = SET_PASSWORD.exec(path)?.[1];
  if (tokenId !== undefined) return passwordPage(state, path, tokenId);
  const outcome = OUTCOME.exec(path)?.[1];
  if (outcome !== undefined) return outcomePage(outcome === 'error');
  if (path === PASSKEY_SCRIPT_PATH) return passkeyScript();
  if (path === '/webapi/auth/export') return exportAuthority(state, query.get('type') ?? '');
  if (path === '/scripts/install.sh') return text(installScript(state.addresses.proxy), 'text/x-shellscript');
  const upgrade = UPGRADE_CHANNEL.exec(path);
  if (upgrade !== null) return text(upgrade[2] === 'critical' ? 'no' : `v${state.serverVersion}`);
  return pathNotFound(state);
}

function pingConnector(state: ClusterState, connector: string): Answer {
  return LOCAL_CONNECTORS.includes(connector)
    ? json(pingConnectorResponse(state))
    : failure(400, `this cluster has no connector "${connector}"`);
}

function messageOfTheDay(state: ClusterState): string {
  return getSingleton(state, AUTH_PREFERENCE).spec?.messageOfTheDay ?? '';
}

/** The authority of hosts, by which clients verify the auth service (transport §7.2). */
function exportAuthority({ authorities }: ClusterState, type: string): Answer {
  return type === 'tls-host'
    ? text(authorities.host.trustedTlsCertPems.join(''))
    : failure(400, `this cluster exports tls-host only, not "${type}"`);
}

function pathNotFound({ serverVersion }: ClusterState): Answer {
  const [major, minor, patch] = serverVersion.split('.').map(Number);
  return failure(404, 'path not found', {
    fields: { proxyVersion: { major, minor, patch, preRelease: '', string: serverVersion } },
  });
}
