import type { Connection, HttpAnswer } from '../transport/index.js';
import { isErrorCode } from '../util/coded-error.js';
import { RpcError, STATUS_CODES } from './errors.js';

/** A proxy or an auth service of the cluster, as it announced itself. */
export interface ServerInfo {
  /** Its host UUID. */
  name: string;
  hostname: string;
  /** Where it listens, `host:port`. */
  address: string;
  /** Where it says to be reached from outside, `host:port`. */
  publicAddresses: string[];
  version: string;
}

export type ServerKind = 'proxy' | 'auth_server';

/** The first release that lists its own services over gRPC too (cli: later versions). */
export const GRPC_LISTS_SINCE = '19.0';

const PATHS = { proxy: '/v2/proxies', auth_server: '/v2/authservers' } as const;

/** Reads a list of servers over the REST interface, the only place where releases before 19 have it (wire §1.5). */
export async function readServers(connection: Connection, kind: ServerKind): Promise<ServerInfo[]> {
  return (await readServerList(connection, kind)).map((json) => toServerInfo(json as ServerJson));
}

/** The JSON values of a list of servers. @throws RpcError */
export async function readServerList(connection: Connection, kind: ServerKind): Promise<unknown[]> {
  const path = PATHS[kind];
  const json = await answerOf(connection.restGet(path), `GET ${path}`);
  if (!Array.isArray(json)) throw new RpcError('unknown', `GET ${path}`, 'the answer is no list');
  return json;
}

/** @throws RpcError `not_found` */
export async function deleteServer(connection: Connection, path: string): Promise<void> {
  await answerOf(connection.restDelete(path), `DELETE ${path}`);
}

/** @throws RpcError for a refusal, `unavailable` or `deadline_exceeded` where no answer came. */
async function answerOf(asking: Promise<HttpAnswer>, call: string): Promise<unknown> {
  const { status, body } = await asking.catch((cause: unknown) => {
    if (isErrorCode(cause, 'connection_lost')) throw new RpcError('unavailable', call, cause.message, { cause });
    if (isErrorCode(cause, 'timed_out')) throw new RpcError('deadline_exceeded', call, cause.message, { cause });
    throw cause;
  });
  const json = parseJson(body);
  if (status === 200) return json;
  const error = json as { error?: { message?: string }; message?: string } | undefined;
  const message = error?.error?.message ?? error?.message ?? `HTTP ${status}`;
  throw new RpcError(STATUS_CODES[status] ?? 'unknown', call, message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told apart by the callers: by the status, or as no list
  }
}

interface ServerJson {
  metadata?: { name?: string };
  spec?: { addr?: string; hostname?: string; public_addr?: string; public_addrs?: string[]; version?: string };
}

function toServerInfo(json: ServerJson): ServerInfo {
  const { addr = '', hostname = '', public_addr: single, public_addrs: several, version = '' } = json.spec ?? {};
  const publicAddresses = several ?? (single ? [single] : []);
  return { name: json.metadata?.name ?? '', hostname, address: addr, publicAddresses, version };
}
