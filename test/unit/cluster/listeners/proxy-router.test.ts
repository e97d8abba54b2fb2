import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_HELLO_BYTES } from '../../../../src/lib/cluster/listeners/client-hello.js';
import { openPort, type Port } from '../../../../src/lib/cluster/listeners/port.js';
import { type ProxyRoute, routeConnection } from '../../../../src/lib/cluster/listeners/proxy-router.js';
import { clusterHostname } from '../../../../src/lib/util/cluster-hostname.js';

let port: Port;
let routed: { route: ProxyRoute; socket: Duplex }[];

beforeEach(async () => {
  port = await openPort('127.0.0.1', 0);
  routed = [];
});

afterEach(() => port.close());

function serve(deadlineMs: number): void {
  const to = (route: ProxyRoute) => (socket: Duplex) => {
    routed.push({ route, socket });
    socket.on('data', (data) => socket.end(String(data[0]))); // the first byte of what the next server gets
  };
  const routes = { auth: to('auth'), join: to('join'), transport: to('transport'), web: to('web') };
  port.serve((socket) => routeConnection(socket, { clusterName: 'example.test', deadlineMs, routes }));
}

describe('a connection to the proxy port', () => {
  it('goes on with every byte that was read from it', async () => {
    serve(60_000);
    const client = connectTls({ port: port.port, ALPNProtocols: [`teleport-auth@${clusterHostname('example.test')}`] });
    await once(client, 'error'); // "22" is no TLS

    expect(routed.map(({ route }) => route)).toEqual(['auth']);
  });

  it('goes to the joiners’ service when it names its protocol first', async () => {
    serve(60_000);
    const client = connectTls({ port: port.port, ALPNProtocols: ['teleport-proxy-grpc', 'h2'] });
    await once(client, 'error');

    expect(routed.map(({ route }) => route)).toEqual(['join']);
  });

  it.each([
    ['says nothing', ''],
    ['stops in the middle of its hello', '\x16\x03\x01\x02\x00\x01'],
  ])('is ended at the deadline when it %s', async (_name, bytes) => {
    serve(20);
    const client = connect(port.port, '127.0.0.1');
    client.resume().write(bytes);
    await once(client, 'close');

    expect(routed).toEqual([]);
  });

  it.each([
    ['garbage', 'x'.repeat(100)],
    ['a hello without end', '\x16\x03\x01\x00\x01\x01'.repeat(MAX_HELLO_BYTES)],
  ])('is ended at once when it sends %s', async (_name, bytes) => {
    serve(60_000);
    const client = connect(port.port, '127.0.0.1');
    client.on('error', () => undefined); // a reset is as good as an end
    client.resume().write(Buffer.from(bytes, 'latin1'));
    await new Promise((resolve) => client.once('close', resolve));

    expect(routed).toEqual([]);
  });

  it('may vanish before it said anything', async () => {
    serve(60_000);
    const client = connect(port.port, '127.0.0.1');
    await once(client, 'connect');
    client.resetAndDestroy();
    await port.close();

    expect(routed).toEqual([]);
    port = await openPort('127.0.0.1', 0);
  });
});

describe('a port', () => {
  it('hands out connections that came before it was served', async () => {
    const client = connect(port.port, '127.0.0.1');
    client.write('early');
    await once(client, 'connect');
    port.serve((socket) => socket.pipe(socket));

    expect(String((await once(client, 'data'))[0])).toBe('early');
    client.destroy();
  });

  it('that is taken is named in the refusal', async () => {
    await expect(openPort('127.0.0.1', port.port)).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(`port ${port.port} on 127.0.0.1`),
    });
  });

  it('cannot be opened on an address of another machine', async () => {
    await expect(openPort('192.0.2.1', 0)).rejects.toMatchObject({ code: 'port_refused' });
  });
});
