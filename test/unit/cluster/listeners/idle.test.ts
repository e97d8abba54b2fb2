import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueWebCertificate } from '../../../../src/lib/cluster/ca/index.js';
import type { RunningCluster } from '../../../../src/lib/cluster/index.js';
import { type ConnectionServer, createAuthServer } from '../../../../src/lib/cluster/listeners/auth-server.js';
import { createGrpcHandler } from '../../../../src/lib/cluster/listeners/grpc.js';
import { createJoinServer } from '../../../../src/lib/cluster/listeners/join-server.js';
import { openPort, type Port } from '../../../../src/lib/cluster/listeners/port.js';
import { createTransportServer } from '../../../../src/lib/cluster/listeners/transport-server.js';
import { createWebServer } from '../../../../src/lib/cluster/listeners/web-server.js';
import { startTestCluster } from '../../../helpers/cluster.js';
import { issueClient, NOW } from '../pki.js';

const IDLE_MS = 40;
const HALF_A_REQUEST = 'POST /webapi/host/credentials HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';

let cluster: RunningCluster;
let ports: Record<'auth' | 'join' | 'transport' | 'web', Port>;

beforeAll(async () => {
  cluster = await startTestCluster({ clock: () => NOW });
  const { state } = cluster;
  const { authorities, clock, clusterName } = state;
  const names = { dnsNames: ['localhost'], ipAddresses: [] };
  const certificate = await issueWebCertificate({ authorities, clock, clusterName, ttlMs: 60_000, ...names });
  const grpc = createGrpcHandler(state, () => undefined);
  const rest = () => ({ status: 200, contentType: 'text/plain', body: '' });
  const ignore = () => undefined;
  const on = async ({ accept }: ConnectionServer) => {
    const port = await openPort('127.0.0.1', 0);
    port.serve(accept);
    return port;
  };
  ports = {
    auth: await on(createAuthServer({ state, certificate, grpc, rest, idleTimeoutMs: IDLE_MS })),
    join: await on(createJoinServer(certificate, grpc, IDLE_MS)),
    transport: await on(createTransportServer(state, certificate, grpc, IDLE_MS)),
    web: await on(createWebServer(certificate, ignore, ignore, IDLE_MS)),
  };
});

afterAll(async () => {
  for (const port of Object.values(ports)) await port.close();
  await cluster.stop();
});

function open(
  name: keyof typeof ports,
  protocol: string,
  first: string,
  identity: { cert?: string; key?: string } = {},
) {
  const { port } = ports[name];
  const socket = connectTls({ port, ALPNProtocols: [protocol], rejectUnauthorized: false, ...identity });
  return socket
    .on('error', () => undefined)
    .once('secureConnect', () => socket.write(first))
    .resume();
}

describe('a connection of somebody unknown who falls silent', () => {
  it.each([
    ['auth', 'http/1.1', ''],
    ['auth', 'http/1.1', 'GET / HTTP/1.1\r\nho'],
    ['auth', 'h2', ''],
    ['auth', 'h2', PREFACE],
    ['join', 'teleport-proxy-grpc', PREFACE],
    ['transport', 'teleport-proxy-ssh-grpc', PREFACE],
    ['web', 'http/1.1', 'GET / HTTP/1.1\r\nho'],
    ['web', 'http/1.1', HALF_A_REQUEST],
    ['web', 'h2', PREFACE],
  ] as const)('is ended: %s, %s, %j', async (name, protocol, first) => {
    await once(open(name, protocol, first), 'close');
  });
});

it('a connection of somebody known lasts', async () => {
  const identity = { username: 'admin', roles: ['editor'] };
  const { certPem, keyPem } = await issueClient({ authority: cluster.state.authorities.user, identity });
  const known = open('auth', 'h2', PREFACE, { cert: certPem, key: keyPem });
  await once(known, 'secureConnect');
  await once(open('auth', 'h2', PREFACE), 'close'); // opened later, ended for its silence
  expect(known.destroyed).toBe(false);
  known.destroy();
});
