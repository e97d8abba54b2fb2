import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { create, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/lib/gen/proto/auth_service_pb.js';
import { PingResponseSchema } from '../../src/lib/gen/proto/ping_pb.js';
import { openGrpc } from '../../src/lib/transport/grpc.js';

/** Two ends of a line; what the server says is kept back until `release`, and then arrives in one piece. */
function heldLine() {
  const held: Buffer[] = [];
  let holding = false;
  const client: Duplex & { alpnProtocol?: string } = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      server.push(chunk);
      done();
    },
  });
  const server: Duplex = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      if (holding) held.push(chunk);
      else client.push(chunk);
      done();
    },
  });
  client.alpnProtocol = 'h2';
  return {
    client: client as unknown as TLSSocket,
    server,
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      client.push(Buffer.concat(held.splice(0)));
    },
  };
}

describe('an answer whose header, body and trailer arrive in one piece', () => {
  it('is read whole', async () => {
    const line = heldLine();
    const message = toBinary(PingResponseSchema, create(PingResponseSchema, { clusterName: 'example.test' }));
    const session = http2.performServerHandshake(line.server);
    session.on('stream', (stream) => {
      line.hold();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.on('close', () => setImmediate(line.release)); // everything has been written by then
      stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
    });
    const grpc = openGrpc({
      address: 'localhost:1',
      dial: async () => line.client,
      explain: () => undefined,
      metadata: { version: '18.2.3', userAgent: 'test' },
      maxReceiveBytes: 1_000,
    });

    const answer = await createClient(AuthService, grpc.transport).ping({});

    expect(answer.clusterName).toBe('example.test');
    await grpc.close();
    session.destroy();
  });
});
