import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls, createServer } from 'node:tls';

import type { TestIdentity } from './grpc-peer.js';

export interface LoadBalancer {
  /** `localhost:port`. */
  address: string;
  /** How many connections came in. */
  connections(): number;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * What many companies put in front of a proxy: it ends TLS with a certificate of its own, knows nothing of the protocol
 * names that clients offer, and opens a TLS connection of its own to the proxy.
 */
export async function startLoadBalancer(
  backend: string,
  certificate: TestIdentity,
  { alpn = ['http/1.1'] }: { alpn?: string[] } = {},
): Promise<LoadBalancer> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer(
    { cert: certificate.certPem, key: certificate.keyPem, ...(alpn.length > 0 && { ALPNProtocols: alpn }) },
    (front) => {
      connections++;
      const [host = '', port = ''] = backend.split(':');
      const back = connectTls({
        socket: connect(Number(port), host),
        ALPNProtocols: ['http/1.1'],
        rejectUnauthorized: false,
      });
      front.on('error', () => back.destroy()).on('close', () => back.destroy());
      back.on('error', () => front.destroy()).on('close', () => front.destroy());
      front.pipe(back).pipe(front);
    },
  );
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    cut() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
