import type { TLSSocket } from 'node:tls';

import type { Transport } from '@connectrpc/connect';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { startWith } from './dialled-grpc.js';
import { ConnectFailedError, DialError } from './errors.js';
import { buildConnectFailure, explainFailure, lookAtProxy, mayBeProxy } from './explain-failure.js';
import { type HttpAnswer, httpDelete, httpGet } from './https-get.js';
import { describeDialError, isClientCertificateAlert } from './tls-dial.js';
import { type OpenWay, openWay, type Target, type Way } from './ways.js';

/** Which cluster is meant, as whom, and how it may be reached. */
export interface ConnectionOptions {
  /** Auth services or proxies as `host:port`, tried in order. Without a port, 443 (a proxy) and 3025 (an auth service) are tried. */
  addresses: string[];
  clusterName: string;
  /** Client certificate with key, and the cluster's host CA certificates. */
  tls: { certPem: string; keyPem: string; caPems: string[] };
  /** The source of the credentials, for errors. */
  credential: string;
  /** Accept any server certificate. */
  insecure?: boolean;
  /** Gives the HTTP proxy on the way to a target, if there is one. */
  httpProxy?: (target: { host: string; port: number }) => URL | undefined;
  /** Gives the CA certificates trusted for a proxy's web port; asked only when they are needed. */
  webRoots: () => Promise<string[]>;
  /** Whether a proxy's web port is reached by upgrading the connection; undefined: found out when it matters. */
  connectionUpgrade?: (target: { host: string; port: number }) => boolean | undefined;
  /** Sent with every call. */
  metadata: { version: string; userAgent: string };
  /** Longest wait for each connection; 30,000 unless given. */
  dialTimeoutMs?: number;
  /** Deadline of every call that brings none of its own; none unless given. */
  timeoutMs?: number;
  /** Largest message taken; 4 MiB unless given. */
  maxReceiveBytes?: number;
  /** Told, line by line, what is tried and what comes of it. */
  trace?: (line: string) => void;
}

/** One TLS session to a cluster's auth service, with gRPC on it. */
export interface Connection {
  /** The address that answered, `host:port`. */
  address: string;
  /** How the auth service was reached. */
  way: Way;
  transport: Transport;
  /**
   * A GET of the auth service's REST interface (wire §1.5), over a connection of its own.
   * @throws ConnectFailedError, ConnectionLostError; CodedError `timed_out`, `message_too_large`
   */
  restGet(path: string): Promise<HttpAnswer>;
  /** A DELETE likewise. */
  restDelete(path: string): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const DIAL_TIMEOUT_MS = 30_000; // transport §5.8
const MAX_RECEIVE_BYTES = 4 * 1024 * 1024; // transport §6.1
/** Host name of the REST interface (wire §1.5). */
const REST_HOST = 'teleport.cluster.local';

/**
 * Opens the connection, by the first address that leads to the auth service.
 * @throws ConnectFailedError for the first address where a server answered, else for the last one
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const targets = options.addresses.flatMap(expandAddress);
  let failure: ConnectFailedError | undefined;
  for (const target of targets) {
    const opening = openWay(options, target);
    opening.catch(() => undefined); // reported below; loading takes longer than some failures
    const { openGrpc } = await import('./grpc.js');
    try {
      return buildConnection(options, target, await opening, openGrpc);
    } catch (error) {
      if (!(error instanceof ConnectFailedError)) throw error;
      if (failure === undefined || isSilence(failure)) failure = error;
    }
  }
  throw failure ?? new CodedError('bad_parameter', 'no address to connect to');
}

/** Whether nobody answered, which tells less than what somebody else said. */
function isSilence({ cause }: ConnectFailedError): boolean {
  return (
    cause instanceof DialError && ['name_not_found', 'refused', 'unreachable', 'timed_out'].includes(cause.failure)
  );
}

function expandAddress(address: string): Target[] {
  const parsed = parseHostPort(address);
  if (parsed === undefined)
    throw new CodedError('bad_parameter', `${JSON.stringify(address)} is no address`, { hint: 'Write host:port.' });
  const { host, port } = parsed;
  return port === undefined ? [443, 3025].map((one) => ({ host, port: one })) : [{ host, port }];
}

function buildConnection(
  options: ConnectionOptions,
  target: Target,
  { way, socket: firstSocket, dial }: OpenWay,
  openGrpc: typeof import('./grpc.js').openGrpc,
): Connection {
  const address = formatHostPort(target.host, target.port);
  const explained = async (dialing: Promise<TLSSocket>) => {
    try {
      return await dialing;
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      if (way !== 'tls') throw buildConnectFailure(options, target, error, { route: 'proxy' });
      if (!mayBeProxy(error)) throw buildConnectFailure(options, target, error);
      throw explainFailure(options, target, error, await lookAtProxy(options, target));
    }
  };
  const connections = startWith(firstSocket, () => dial('h2'), address);
  // With TLS 1.3 a server judges the client's certificate after the handshake.
  const explain = (error: unknown) =>
    isClientCertificateAlert(error)
      ? buildConnectFailure(options, target, describeDialError(error as Error, address))
      : undefined;
  const askRest = async (path: string, ask: typeof httpGet) => {
    const socket = await explained(dial('http/1.1'));
    try {
      return await ask(socket, { host: REST_HOST, path, timeoutMs: timeoutMs ?? DIAL_TIMEOUT_MS });
    } catch (error) {
      throw explain((error as Error).cause) ?? error;
    }
  };
  const { timeoutMs, trace, metadata, maxReceiveBytes = MAX_RECEIVE_BYTES } = options;
  const grpc = openGrpc({
    address,
    dial: () => explained(connections.take()),
    explain,
    metadata,
    maxReceiveBytes,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(trace === undefined ? {} : { trace }),
  });
  return {
    address,
    way,
    transport: grpc.transport,
    restGet: (path) => askRest(path, httpGet),
    restDelete: (path) => askRest(path, httpDelete),
    async close() {
      connections.drop();
      await grpc.close();
    },
  };
}
