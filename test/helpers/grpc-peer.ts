import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ConnectRouter } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { afterEach } from '@jest/globals';
import {
  createCaCertificate,
  generatePrivateKey,
  issueCertificate,
  teleportKeyPem,
} from '../../src/lib/crypto/index.js';

const HOUR_MS = 3_600_000;

export interface TestIdentity {
  certPem: string;
  keyPem: string;
}

/** The certificates of a small cluster: host and user authority, an auth service, a user. Valid for an hour. */
export interface TestCertificates {
  clusterName: string;
  hostCaPem: string;
  userCaPem: string;
  server: TestIdentity;
  user: TestIdentity;
}

export async function makeTestCertificates(
  clusterName = 'example.test',
  dnsNames = ['*.teleport.cluster.local', 'teleport.cluster.local', 'localhost'],
): Promise<TestCertificates> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + HOUR_MS) };
  const authority = async () => {
    const key = await generatePrivateKey('ecdsa-p256');
    return { key, certPem: await createCaCertificate({ clusterName, key, ...validity }) };
  };
  const [hostCa, userCa] = await Promise.all([authority(), authority()]);
  const issue = async (ca: typeof hostCa, username: string, role: string, names: string[]): Promise<TestIdentity> => {
    const publicKey = await generatePrivateKey('ecdsa-p256');
    const identity = { username, roles: [role], usage: [], principals: [], routeToCluster: clusterName, traits: {} };
    const certPem = await issueCertificate({
      ca,
      publicKey,
      identity: { ...identity, teleportCluster: clusterName },
      dnsNames: names,
      ...validity,
    });
    return { certPem, keyPem: teleportKeyPem(publicKey) };
  };
  return {
    clusterName,
    hostCaPem: hostCa.certPem,
    userCaPem: userCa.certPem,
    server: await issue(hostCa, `00000000-0000-0000-0000-000000000000.${clusterName}`, 'Admin', dnsNames),
    user: await issue(userCa, 'alice', 'editor', []),
  };
}

export interface PeerOptions {
  certificates: TestCertificates;
  /** Services, over connect-node. */
  routes?: (router: ConnectRouter) => void;
  /** Takes streams by hand instead. */
  onStream?: (
    stream: http2.ServerHttp2Stream,
    headers: http2.IncomingHttpHeaders,
    session: http2.ServerHttp2Session,
  ) => void;
}

export interface Peer {
  address: string;
  /** Every TLS connection so far, in order. */
  sockets: TLSSocket[];
  /** The lists of protocols that clients offered, in order. */
  offeredAlpn: string[][];
}

const closers: (() => Promise<void>)[] = [];

/** A gRPC server on loopback with real TLS and HTTP/2. Call {@link closePeersAfterEach} once in the file. */
export async function startPeer({ certificates, routes, onStream }: PeerOptions): Promise<Peer> {
  const sockets: TLSSocket[] = [];
  const offeredAlpn: string[][] = [];
  const server = http2.createSecureServer({
    cert: certificates.server.certPem,
    key: certificates.server.keyPem,
    ca: [certificates.userCaPem],
    requestCert: true,
    rejectUnauthorized: false, // optional, as an auth service has it
    ALPNCallback: ({ protocols }) => {
      offeredAlpn.push(protocols);
      return protocols.includes('h2') ? 'h2' : undefined;
    },
  });
  if (routes !== undefined) server.on('request', connectNodeAdapter({ routes }));
  if (onStream !== undefined)
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      onStream(stream, headers, stream.session as http2.ServerHttp2Session);
    });
  server.on('secureConnection', (socket) => sockets.push(socket));
  server.on('sessionError', () => undefined);
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    await closed;
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, offeredAlpn };
}

/** Has `close` called after the test, before the peers go. */
export function closeAfterTest(close: () => Promise<void>): void {
  closers.push(close);
}

export function closePeersAfterEach(): void {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
}
