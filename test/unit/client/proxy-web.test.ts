import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openProxyWeb } from '../../../src/lib/client/proxy-web.js';
import {
  closeAfterTest,
  closePeersAfterEach,
  makeTestCertificates,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

async function listen(server: Server) {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterTest(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function startProxy() {
  const { certPem: cert, keyPem: key } = certificates.server;
  const answer = JSON.stringify({ cluster_name: 'example.test', proxy: {} });
  return listen(createHttpsServer({ cert, key }, (_request, response) => response.end(answer)));
}

describe('a proxy whose port is not named', () => {
  it('is found at one of the usual ports, and the tries at the others are given up then', async () => {
    const [proxy, silent] = await Promise.all([startProxy(), listen(createServer((socket) => socket.resume()))]);

    const web = await openProxyWeb('127.0.0.1', { insecure: true }, [silent.port, proxy.port]);

    expect(web.address).toBe(`127.0.0.1:${proxy.port}`);
    expect(web.found.clusterName).toBe('example.test');
    await Promise.all(silent.sockets.map((socket) => socket.closed || once(socket, 'close')));
    expect(await web.getText('/')).toContain('example.test'); // the one that was found is not
  });

  it('is told by the address of the last try where none answers', async () => {
    const closed = createServer();
    const { port } = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));

    await expect(openProxyWeb('127.0.0.1', { insecure: true }, [port])).rejects.toMatchObject({
      code: 'proxy_unreachable',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
