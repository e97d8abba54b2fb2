import { type Duplex, duplexPair } from 'node:stream';

import { createWebSocketStream, WebSocket } from 'ws';

import { formatHostPort } from '../util/host-port.js';
import { dialWeb, type WebTarget } from './dial-web.js';
import { DialError } from './errors.js';

/** A proxy that is reached without anything in between answers to this name (transport §5.5). */
const PROBE_ALPN = 'teleport-reversetunnel';
const PROBE_TIMEOUT_MS = 5_000; // transport §5.8
const PATH = '/webapi/connectionupgrade';
/** The kind of upgrade for connections that live long. */
const PROTOCOL = 'alpn-ping';

/**
 * Whether something in front of a proxy, such as a load balancer that ends TLS, keeps the protocol names of clients from
 * reaching it (transport §5.5). What cannot be told counts as no.
 */
export async function isProtocolNameLost(target: WebTarget): Promise<boolean> {
  try {
    const socket = await dialWeb({ ...target, timeoutMs: PROBE_TIMEOUT_MS }, [PROBE_ALPN]);
    socket.destroy();
    return socket.alpnProtocol !== PROBE_ALPN;
  } catch (error) {
    if (error instanceof DialError) return error.failure === 'alpn_refused';
    throw error;
  }
}

/**
 * Opens a WebSocket to a proxy that carries the bytes of a TLS connection, protocol names included, past whatever ends
 * TLS on the way (transport §5.5).
 * @throws DialError
 */
export async function upgradeConnection(target: WebTarget): Promise<Duplex> {
  const { host, port, timeoutMs } = target;
  const socket = await dialWeb(target, ['http/1.1']);
  const ws = new WebSocket(`wss://${formatHostPort(host, port)}${PATH}`, [PROTOCOL], {
    createConnection: () => socket,
    perMessageDeflate: false,
    handshakeTimeout: timeoutMs,
    followRedirects: false,
  });
  return new Promise((resolve, reject) => {
    ws.once('open', () => {
      ws.off('error', onError);
      resolve(endQuietly(createWebSocketStream(ws)));
    });
    const onError = (cause: Error) => {
      socket.destroy();
      reject(
        cause instanceof DialError
          ? cause
          : new DialError('upgrade', `no upgrade of the connection: ${cause.message}`, { cause }),
      );
    };
    ws.once('error', onError);
    ws.once('unexpected-response', (_request, { statusCode }) =>
      onError(new DialError('upgrade', `the proxy does not upgrade the connection (HTTP ${statusCode})`)),
    );
  });
}

/**
 * A stream that ends where the other one fails. What is written to a WebSocket that is closing fails before the TLS session
 * on it learns of the end, and a call that is made again would meet the dead session once more.
 */
function endQuietly(stream: Duplex): Duplex {
  const [near, far] = duplexPair();
  stream.pipe(near).pipe(stream);
  stream.once('error', () => near.end()).once('close', () => near.end());
  near.once('error', (error) => far.destroy(error));
  far.once('close', () => {
    near.destroy();
    stream.destroy();
  });
  return far;
}
