import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect } from '../../src/lib/client/index.js';
import { parseIdentityFile } from '../../src/lib/credentials/index.js';
import { UpsertTokenV2RequestSchema } from '../../src/lib/gen/proto/tokens_pb.js';
import { CreateBotRequestSchema } from '../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import { LockV2Schema } from '../../src/lib/gen/types/locks_pb.js';
import { RoleV6Schema } from '../../src/lib/gen/types/roles_pb.js';
import { clusterHostname } from '../../src/lib/util/cluster-hostname.js';
import { spawnTypeScript } from '../helpers/typescript-process.js';

const SEED = 20261121;
const CLUSTER = 'example.test';
const SERVER_NAME = clusterHostname(CLUSTER);
/** A peer that gets no answer has its connection looked at for so long. */
const PATIENCE_MS = 200;

interface Addresses {
  authAddress: string;
  proxyAddress: string;
  adminIdentityFile: string;
}

let cluster: ChildProcess;
let addresses: Addresses;
const log: { level: string; message: string; cause: unknown }[] = [];

beforeAll(async () => {
  const child = spawnTypeScript(join(import.meta.dirname, 'logging-cluster-process.ts'));
  cluster = child;
  const lines = createInterface({ input: child.stdout });
  addresses = await new Promise((resolve) => {
    lines.on('line', (line) => {
      const said = JSON.parse(line);
      if ('authAddress' in said) resolve(said);
      else log.push(said);
    });
  });
});

afterEach(async () => {
  expect(cluster.exitCode).toBeNull();
  const { authAddress: authServer, proxyAddress, adminIdentityFile: identityFile } = addresses;
  for (const address of [authServer, proxyAddress]) {
    await using client = await connect({ authServer: address, identityFile });
    expect((await client.ping()).clusterName).toBe(CLUSTER);
  }
  expect(log.filter(({ level }) => level === 'error')).toEqual([]); // an error in the log is a defect of the cluster
});

afterAll(async () => {
  cluster.kill('SIGTERM');
  await once(cluster, 'exit');
});

type Port = 'authAddress' | 'proxyAddress';
const ports = fc.constantFrom<Port[]>('authAddress', 'proxyAddress');
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

function endpoint(port: Port): { host: string; port: number } {
  const [host = '', number] = addresses[port].split(':');
  return { host, port: Number(number) };
}

async function forAll<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  attack: (value: T) => Promise<unknown>,
): Promise<void> {
  const attacks = fc.sample(values, { seed: SEED, numRuns });
  for (let at = 0; at < attacks.length; at += 16) await Promise.all(attacks.slice(at, at + 16).map(attack));
}

/** Sends the pieces, then waits for the end of the connection, which the server or this side brings about. */
async function sendAll(socket: Socket, pieces: Buffer[]): Promise<void> {
  socket.on('error', () => undefined); // being cut off is what a hostile peer has to expect
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  for (const piece of pieces) socket.write(piece);
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
  await closed;
  clearTimeout(timer);
}

function openTls(port: Port, protocol: string, identity: { cert?: string; key?: string } = {}): TLSSocket {
  const ALPNProtocols = [...(port === 'proxyAddress' ? [`teleport-auth@${SERVER_NAME}`] : []), protocol];
  const socket = connectTls({
    ...endpoint(port),
    servername: SERVER_NAME,
    ALPNProtocols,
    rejectUnauthorized: false,
    ...identity,
  });
  socket.on('error', () => undefined);
  return socket;
}

/** The proxy's web API. */
function openWeb(protocol: string): TLSSocket {
  const socket = connectTls({ ...endpoint('proxyAddress'), ALPNProtocols: [protocol], rejectUnauthorized: false });
  return socket.on('error', () => undefined);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frames = fc.array(
  fc
    .tuple(fc.nat(12), fc.nat(255), fc.oneof(fc.nat(9), fc.nat(0xffffffff)), bytes(300))
    .map((parts) => frame(...parts)),
  { minLength: 1, maxLength: 20 },
);

/** Requests that are right, to be made wrong from. */
const TEMPLATES: [path: string, message: Uint8Array][] = [
  [
    '/proto.AuthService/UpsertTokenV2',
    toBinary(
      UpsertTokenV2RequestSchema,
      create(UpsertTokenV2RequestSchema, {
        token: {
          case: 'v2',
          value: {
            metadata: { name: 't', labels: { a: 'b' }, expires: { seconds: 4_000_000_000n } },
            spec: { roles: ['Bot'], botName: 'b', joinMethod: 'bound_keypair', boundKeypair: { onboarding: {} } },
          },
        },
      }),
    ),
  ],
  [
    '/teleport.machineid.v1.BotService/UpsertBot',
    toBinary(
      CreateBotRequestSchema, // the same fields as an upsert
      create(CreateBotRequestSchema, {
        bot: {
          kind: 'bot',
          version: 'v1',
          metadata: { name: 'b', labels: { a: 'b' } },
          spec: { roles: ['access'], traits: [{ name: 'logins', values: ['root'] }], maxSessionTtl: { seconds: 60n } },
        },
      }),
    ),
  ],
  [
    '/proto.AuthService/UpsertRoleV2',
    Buffer.concat([
      Buffer.from([0x0a, 0x0e]),
      toBinary(RoleV6Schema, create(RoleV6Schema, { kind: 'role', version: 'v7', metadata: { name: 'r' } })),
    ]),
  ],
  [
    '/proto.AuthService/UpsertLock',
    toBinary(
      LockV2Schema,
      create(LockV2Schema, {
        metadata: { name: 'l' },
        spec: { target: { user: 'nobody-at-all' }, expires: { seconds: 4_000_000_000n } },
      }),
    ),
  ],
  ...[
    '/proto.AuthService/Ping',
    '/proto.AuthService/GetTokens',
    '/proto.AuthService/GetRole',
    '/proto.AuthService/ListRoles',
    '/proto.AuthService/GetCurrentUserRoles',
    '/teleport.machineid.v1.BotService/ListBots',
    '/teleport.users.v1.UsersService/GetUser',
    '/teleport.users.v1.UsersService/ListUsers',
    '/teleport.trust.v1.TrustService/GetCertAuthority',
    '/teleport.clusterconfig.v1.ClusterConfigService/UpsertAuthPreference',
    '/no.such.Service/Method',
    `/${'%00/../'.repeat(1000)}`,
  ].map((path): [string, Uint8Array] => [path, Buffer.from([0x0a, 0x02, 0x61, 0x62, 0x10, 0x01])]),
];

/** A template with some bytes changed, cut off or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...TEMPLATES),
    fc.array(fc.tuple(fc.nat(200), fc.nat(255), fc.constantFrom('set', 'insert', 'cut')), { maxLength: 4 }),
  )
  .map(([[path, message], changes]) => {
    let result = Buffer.from(message);
    for (const [at, value, change] of changes) {
      const place = result.length === 0 ? 0 : at % result.length;
      if (change === 'set' && result.length > 0) result[place] = value;
      if (change === 'insert')
        result = Buffer.concat([result.subarray(0, place), Buffer.from([value]), result.subarray(place)]);
      if (change === 'cut' && value < 32) result = result.subarray(0, place);
    }
    return { path, message: result };
  });

interface Call {
  call: { path: string; message: Buffer };
  port: Port;
  known: boolean;
  prefix?: { flag: number; length: number } | undefined;
  headers: Record<string, string>;
  method: string;
  hangUp: boolean;
}

const grpcCalls: fc.Arbitrary<Call> = fc.record({
  call: mutated,
  port: ports,
  known: fc.boolean(),
  /** Flags and length in front of the message; undefined = the right ones. */
  prefix: fc.option(
    fc.tuple(fc.nat(255), fc.oneof(fc.nat(100), fc.nat(0xffffffff))).map(([flag, length]) => ({ flag, length })),
    { nil: undefined, freq: 4 },
  ),
  headers: fc.dictionary(
    fc.constantFrom('grpc-timeout', 'grpc-encoding', 'version', 'grpc-accept-encoding', 'content-type'),
    fc.constantFrom(
      '',
      '0n',
      '1S',
      '99999999999H',
      'gzip',
      'identity',
      '18.0.0',
      '1.0.0',
      'x',
      'application/grpc+json',
    ),
    { maxKeys: 2 },
  ),
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD'),
  hangUp: fc.boolean(),
});

/** @returns the gRPC status that was answered, if any. */
async function call(attack: Call): Promise<unknown> {
  const { keyPem: key, certPem: cert } = parseIdentityFile(readFileSync(addresses.adminIdentityFile, 'utf8'), '');
  const session = http2.connect('https://auth', {
    createConnection: () => openTls(attack.port, 'h2', attack.known ? { cert, key } : {}),
  });
  session.on('error', () => undefined);
  const { flag, length } = attack.prefix ?? { flag: 0, length: attack.call.message.length };
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  const stream = session.request(
    {
      ':method': attack.method,
      ':path': attack.call.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...attack.headers,
    },
    { endStream: false },
  );
  const closed = new Promise((resolve) => stream.once('close', resolve));
  let status: unknown;
  const look = (headers: http2.IncomingHttpHeaders) => {
    status ??= headers['grpc-status'];
  };
  stream
    .on('error', () => undefined)
    .on('response', look)
    .on('trailers', look);
  stream.resume();
  stream.write(Buffer.concat([head, attack.call.message]));
  if (!attack.hangUp) stream.end();
  const timer = setTimeout(() => session.destroy(), PATIENCE_MS);
  await closed;
  clearTimeout(timer);
  session.destroy();
  return status;
}

describe(`the embedded cluster outlives peers (seed ${SEED})`, () => {
  it('that send bytes without sense', async () => {
    const starts = [
      '',
      '\x16\x03\x01',
      '\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03',
      'GET / HTTP/1.1\r\n',
      'PRI * HTTP/2',
    ];
    const junk = fc.tuple(ports, fc.constantFrom(...starts), fc.array(bytes(2000), { maxLength: 4 }));
    await forAll(junk, 150, ([port, start, rest]) =>
      sendAll(connectTcp(endpoint(port)), [Buffer.from(start, 'latin1'), ...rest]),
    );
  });

  it('that break HTTP inside TLS', async () => {
    const requests = fc.tuple(
      fc.constantFrom('GET /v2/proxies HTTP/1.1\r\n', 'POST / HTTP/1.1\r\nexpect: 100-continue\r\n', 'X', ''),
      bytes(500),
    );
    const broken = fc.oneof(
      fc.record({
        protocol: fc.constant('h2'),
        pieces: frames.map((list) => [PREFACE, frame(4, 0, 0, Buffer.alloc(0)), ...list]),
      }),
      fc.record({ protocol: fc.constant('h2'), pieces: fc.array(bytes(500), { maxLength: 4 }) }),
      fc.record({
        protocol: fc.constant('http/1.1'),
        pieces: requests.map(([start, rest]) => [Buffer.from(start), rest]),
      }),
    );
    await forAll(fc.tuple(ports, broken), 150, ([port, { protocol, pieces }]) =>
      sendAll(openTls(port, protocol), pieces),
    );
  });

  it('that hang up in the middle of a web request', async () => {
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"a":`;
    for (const path of ['/webapi/host/credentials', '/webapi/mfa/login/begin']) {
      await sendAll(openWeb('http/1.1'), [Buffer.from(head(path))]);
      const session = http2.connect('https://web', { createConnection: () => openWeb('h2') });
      session.on('error', () => undefined);
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
      stream.on('error', () => undefined);
      stream.write('{"a":', () => session.destroy());
      await once(session, 'close');
    }
  });

  it('that send calls with wrong messages, lengths, headers, and hang up in the middle', async () => {
    await forAll(grpcCalls, 240, call);
  });

  it('that send a small message which unpacks to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const attack = { port: 'authAddress' as const, known: false, method: 'POST', hangUp: false };
    const status = await call({
      ...attack,
      call: { path: '/proto.AuthService/Ping', message: bomb },
      prefix: { flag: 1, length: bomb.length },
      headers: { 'grpc-encoding': 'gzip' },
    });
    expect(status).toBe(String(Code.ResourceExhausted));
  });
});
