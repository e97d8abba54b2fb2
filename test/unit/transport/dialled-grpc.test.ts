import { once } from 'node:events';
import { beforeAll, it } from '@jest/globals';
import { openDialledGrpc } from '../../../src/lib/transport/dialled-grpc.js';
import { dialTls } from '../../../src/lib/transport/tls-dial.js';
import { API_DOMAIN } from '../../../src/lib/util/cluster-hostname.js';
import {
  closePeersAfterEach,
  makeTestCertificates,
  startPeer,
  type TestCertificates,
} from '../../helpers/grpc-peer.js';

let certificates: TestCertificates;

closePeersAfterEach();
beforeAll(async () => {
  certificates = await makeTestCertificates();
});

it('closes a connection over which nothing was ever called', async () => {
  const peer = await startPeer({ certificates });
  const [host = '', port] = peer.address.split(':');
  const tls = { host, port: Number(port), serverName: API_DOMAIN, alpn: ['h2'], timeoutMs: 30_000 };
  const socket = await dialTls(tls);
  const closed = once(socket, 'close');

  const grpc = await openDialledGrpc({
    address: peer.address,
    metadata: { version: '18.2.3', userAgent: 'test' },
    dial: async () => socket,
  });
  await grpc.close();

  await closed;
});
