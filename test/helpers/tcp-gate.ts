import { createServer, connect as dial, type Socket } from 'node:net';

export interface TcpGate {
  /** `host:port` in the place of the target's. */
  address: string;
  /** Cuts all connections, and every new one. */
  shut(): void;
  open(): void;
  /** Takes new connections and never says a word on them. @returns resolves with the first of them */
  mute(): Promise<void>;
  close(): void;
}

/** A TCP relay on loopback that a test can shut, as an outage of the network would. @param target `host:port` */
export async function startTcpGate(target: string): Promise<TcpGate> {
  const [host, port] = target.split(':');
  const sockets = new Set<Socket>();
  let isShut = false;
  let onMute: (() => void) | undefined;
  const server = createServer((near) => {
    if (onMute) {
      sockets.add(near.on('error', () => undefined));
      return onMute();
    }
    if (isShut) return void near.destroy();
    const far = dial(Number(port), host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined); // the other side is told by the close
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the gate has no TCP address');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${bound.port}`,
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    mute: () =>
      new Promise((resolve) => {
        onMute = resolve;
      }),
    close() {
      server.close();
      cut();
    },
  };
}
