import { createServer, connect as dial, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** Passes every chunk on after `ms`, in order, as a long line would. */
function delayed(ms: number): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => this.push(chunk), ms);
      done();
    },
    flush(done) {
      setTimeout(done, ms);
    },
  });
}

export interface DelayRelay {
  /** host:port to give to a client instead of the target's */
  address: string;
  close(): void;
}

/**
 * A TCP relay on loopback that makes a near peer look far: each direction takes half of `roundTripMs`.
 * @param target host:port of the peer
 */
export async function startDelayRelay(target: string, roundTripMs: number): Promise<DelayRelay> {
  const [host, port] = splitAddress(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(port, host);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {
        near.destroy();
        far.destroy();
      });
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(delayed(roundTripMs / 2)).pipe(far);
    far.pipe(delayed(roundTripMs / 2)).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no TCP address');
  return {
    address: `127.0.0.1:${address.port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function splitAddress(address: string): [host: string, port: number] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at), Number(address.slice(at + 1))];
}
