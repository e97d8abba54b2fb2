import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { httpGet } from '../../../src/lib/transport/https-get.js';

let server: Server | undefined;

// Only the timers that this package sets itself are counted: those of Node and of the test runner come and go.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] }));
afterEach(() => {
  jest.useRealTimers();
  server?.close();
});

/** Asks a server that sends this text and hangs up. */
async function ask(answer: string) {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return httpGet(socket, { host: 'example.test', path: '/x', timeoutMs: 3_600_000 });
}

describe('httpGet', () => {
  it('gives status and body', async () => {
    expect(await ask('HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno')).toEqual({ status: 404, body: 'no' });
  });

  it.each([
    ['nothing', '', 'connection_lost'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', 'connection_lost'],
    ['no HTTP', 'SSH-2.0-Go\r\n', 'connection_lost'],
    [
      'more than anybody wants',
      `HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${'x'.repeat(17 * 1024 * 1024)}`,
      'message_too_large',
    ],
  ])(
    'fails when the server sends %s, and leaves no timer that would keep the process alive',
    async (_name, answer, code) => {
      await expect(ask(answer)).rejects.toMatchObject({ code });
      expect(jest.getTimerCount()).toBe(0);
    },
  );
});
