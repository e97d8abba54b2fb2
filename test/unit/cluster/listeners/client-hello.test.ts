import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClientHello,
  MAX_HELLO_BYTES,
  parseClientHello,
} from '../../../../src/lib/cluster/listeners/client-hello.js';
import { routeOf } from '../../../../src/lib/cluster/listeners/proxy-router.js';
import { clusterHostname } from '../../../../src/lib/util/cluster-hostname.js';

/** The first bytes that Node's own TLS client sends. */
async function captureHello(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectTls({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options });
  client.on('error', () => undefined); // nobody answers it
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [data] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return data;
}

/** Spreads the message of one TLS record over records of the given size. */
function fragment(record: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 5; at < record.length; at += size) {
    const part = record.subarray(at, at + size);
    parts.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(parts);
}

const ALPN = [`teleport-auth@${clusterHostname('example.test')}`, 'h2'];
const HELLO: ClientHello = { serverName: 'name.example', alpn: ALPN };
let bytes: Buffer;

beforeAll(async () => {
  bytes = await captureHello({ servername: 'name.example', ALPNProtocols: ALPN });
});

describe('parseClientHello', () => {
  it('reads server name and protocols of a real client', () => {
    expect(parseClientHello(bytes)).toEqual({ kind: 'hello', hello: HELLO });
  });

  it('reads a hello that names neither', async () => {
    expect(parseClientHello(await captureHello({}))).toEqual({ kind: 'hello', hello: { alpn: [] } });
  });

  it('asks for more until the last byte is there', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(parseClientHello(bytes.subarray(0, length))).toEqual({ kind: 'incomplete' });
    }
  });

  it.each([1, 7, 100])('reads a hello spread over records of %i bytes', (size) => {
    expect(parseClientHello(fragment(bytes, size))).toEqual({ kind: 'hello', hello: HELLO });
  });

  it('does not look at what follows the hello', () => {
    const changeCipherSpec = Buffer.from([20, 3, 3, 0, 1, 1]);

    expect(parseClientHello(Buffer.concat([bytes, changeCipherSpec]))).toEqual({ kind: 'hello', hello: HELLO });
  });

  it.each([
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['SSH', Buffer.from('SSH-2.0-Go\r\n')],
    ['another TLS message', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
    ['a record longer than TLS allows', Buffer.from([22, 3, 1, 0xff, 0xff, 1, 0, 0, 0])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a hello that announces more than any client sends', Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff])],
    ['a hello cut short inside', Buffer.from([22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 0, 0])],
  ])('calls %s invalid', (_name, data) => {
    expect(parseClientHello(data)).toEqual({ kind: 'invalid' });
  });

  it('answers something for any bytes, and never waits beyond the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (noise, at) => {
        const damaged = Buffer.from(bytes);
        damaged.set(noise.subarray(0, bytes.length), at % Math.max(1, bytes.length - noise.length));
        expect(['hello', 'incomplete', 'invalid']).toContain(parseClientHello(damaged).kind);
      }),
    );
    const endless = fragment(Buffer.alloc(5 + MAX_HELLO_BYTES, 1), 3);
    expect(parseClientHello(endless)).toEqual({ kind: 'invalid' });
  });
});

describe('routeOf', () => {
  it.each([
    ['the auth service of this cluster', ALPN, 'auth'],
    ['the web API by h2', ['h2', 'http/1.1'], 'web'],
    ['the web API without any protocol', [], 'web'],
    ['no auth service of another cluster', [`teleport-auth@${clusterHostname('other')}`, 'h2'], undefined],
  ])('finds %s', (_name, alpn, route) => {
    expect(routeOf({ alpn }, 'example.test')).toBe(route);
  });
});
