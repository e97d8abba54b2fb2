import { createServer, type Server, type Socket } from 'node:net';
import { CodedError } from '../../util/coded-error.js';

const TCP_KEEPALIVE_MS = 60_000;

/** A listening TCP port that hands its connections on. */
export interface Port {
  /** The address that it listens on, with the real port number. */
  host: string;
  port: number;
  /** Starts to hand out connections, those first that came in before. */
  serve(onConnection: (socket: Socket) => void): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Listens on a TCP port; 0 takes a free one.
 * @throws CodedError `port_in_use`, `port_refused`.
 */
export async function openPort(host: string, port: number): Promise<Port> {
  const connections = new Set<Socket>();
  const early: Socket[] = [];
  let onConnection = (socket: Socket): void => {
    early.push(socket);
  };
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS }, (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy()); // a peer may vanish at any time; nobody is there to tell
    onConnection(socket);
  });
  await listen(server, host, port);

  return {
    host,
    port: portOf(server),
    serve(handler) {
      onConnection = handler;
      for (const socket of early.splice(0)) handler(socket);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      return closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): CodedError {
  return error.code === 'EADDRINUSE'
    ? new CodedError('port_in_use', `port ${port} on ${host} is in use by another program`, {
        cause: error,
        hint: 'choose another port, or 0 for a free one',
      })
    : new CodedError('port_refused', `cannot listen on ${host}:${port}: ${error.message}`, {
        cause: error,
        hint: 'choose an address of this machine, and a port that you may use',
      });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return address.port;
}
