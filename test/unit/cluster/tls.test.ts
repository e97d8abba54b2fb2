import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../../src/lib/cluster/index.js';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { TrustService } from '../../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { clusterHostname } from '../../../src/lib/util/cluster-hostname.js';
import { startTestCluster } from '../../helpers/cluster.js';
import { type Dial, dialGrpc, dialTls } from '../../helpers/grpc.js';
import { createAuthorities, issueClient, NOW, type TestCertificate } from './pki.js';

const AUTH_ALPN = `teleport-auth@${clusterHostname('example.test')}`;
const ADMINISTRATOR = { username: 'admin', roles: ['editor'] };
const REFUSED = { code: Code.PermissionDenied, rawMessage: 'access denied: invalid client certificate' };

let cluster: RunningCluster;
let anonymous: Dial;

beforeAll(async () => {
  cluster = await startTestCluster({ clock: () => NOW });
  const ca = cluster.state.authorities.host.trustedTlsCertPems;
  anonymous = { address: cluster.authAddress, clusterName: 'example.test', ca };
});

afterAll(() => cluster.stop());

async function withClient(options: TestCertificate): Promise<Dial> {
  const { certPem, keyPem } = await issueClient(options);
  return { ...anonymous, certPem, keyPem };
}

/** Calls Ping over a connection of its own. */
async function ping(dial: Dial, headers: Record<string, string> = {}) {
  const { transport, close } = dialGrpc(dial);
  let version: string | null = null;
  const onHeader = (header: Headers) => {
    version = header.get('version');
  };
  try {
    const { clusterName } = await createClient(AuthService, transport).ping({}, { headers, onHeader });
    return { clusterName, version };
  } finally {
    close();
  }
}

async function listHostAuthorities(dial: Dial): Promise<number> {
  const { transport, close } = dialGrpc(dial);
  try {
    const answer = await createClient(TrustService, transport).getCertAuthorities({ type: 'host' });
    return answer.certAuthoritiesV2.length;
  } finally {
    close();
  }
}

describe('the auth port', () => {
  it('answers Ping without a client certificate, and states its version in the header', async () => {
    expect(await ping(anonymous)).toEqual({ clusterName: 'example.test', version: cluster.state.serverVersion });
  });

  it('shows the authorities to a user and to the built-in Admin, not to somebody without a certificate', async () => {
    const { user, host } = cluster.state.authorities;
    const admin = { username: `${cluster.state.hostId}.example.test`, roles: ['Admin'] };

    expect(await listHostAuthorities(await withClient({ authority: user, identity: ADMINISTRATOR }))).toBe(1);
    const asAdmin = await withClient({ authority: host, identity: admin });
    expect(await listHostAuthorities({ ...asAdmin, ca: undefined })).toBe(1);
    await expect(listHostAuthorities(anonymous)).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it.each<[string, (own: RunningCluster['state']['authorities']) => Promise<TestCertificate> | TestCertificate]>([
    ['of a foreign authority', async () => ({ authority: (await createAuthorities('example.test')).user })],
    ['for another cluster', ({ user }) => ({ authority: user, clusterName: 'other.test' })],
    [
      'that has expired',
      ({ user }) => ({
        authority: user,
        notBefore: new Date('2026-11-20'),
        notAfter: new Date('2026-11-20T23:00:00Z'),
      }),
    ],
    ['with a system role from the user authority', ({ user }) => ({ authority: user, identity: { roles: ['Admin'] } })],
  ])('refuses even Ping with a certificate %s', async (_name, options) => {
    const dial = await withClient(await options(cluster.state.authorities));

    await expect(ping(dial)).rejects.toMatchObject(REFUSED);
  });

  it('refuses a client that sends more than its own certificate', async () => {
    const { user } = cluster.state.authorities;
    const dial = await withClient({ authority: user, identity: ADMINISTRATOR });

    expect(await ping(dial)).toMatchObject({ clusterName: 'example.test' });
    await expect(ping({ ...dial, certPem: dial.certPem + user.tlsCertPem })).rejects.toMatchObject(REFUSED);
  });

  it('answers an unknown method with Unimplemented', async () => {
    const { transport, close } = dialGrpc(anonymous);
    const unknown = { ...AuthService.method.ping, name: 'NoSuchMethod' };

    await expect(transport.unary(unknown, undefined, undefined, undefined, {})).rejects.toMatchObject({
      code: Code.Unimplemented,
    });
    close();
  });

  it('lets clients of its own and the former major version in, and no others', async () => {
    expect(await ping(anonymous, { version: '17.0.0' })).toMatchObject({ clusterName: 'example.test' });
    await expect(ping(anonymous, { version: '16.4.0' })).rejects.toMatchObject({ code: Code.PermissionDenied });
    await expect(ping(anonymous, { version: 'nonsense' })).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it.each([
    { alpn: ['h2'], negotiated: 'h2' },
    { alpn: ['http/1.1'], negotiated: 'http/1.1' },
    { alpn: [], negotiated: false },
    { alpn: [AUTH_ALPN, 'h2'], negotiated: 'h2' },
  ])('negotiates $negotiated with a client that offers $alpn', async ({ alpn, negotiated }) => {
    const socket = dialTls({ ...anonymous, alpn });
    await once(socket, 'secureConnect');

    expect(socket.alpnProtocol).toBe(negotiated);
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });

  it('refuses a client that offers only protocols that it does not speak', async () => {
    await expect(once(dialTls({ ...anonymous, alpn: [AUTH_ALPN] }), 'secureConnect')).rejects.toThrow(
      /no application protocol/i,
    );
  });
});

describe('the proxy port', () => {
  const throughProxy = (dial: Dial, alpn: string[]): Dial => ({ ...dial, address: cluster.proxyAddress, alpn });

  it('carries the client’s own TLS session to the auth service when asked by ALPN', async () => {
    const dial = await withClient({ authority: cluster.state.authorities.user, identity: ADMINISTRATOR });

    expect(await listHostAuthorities(throughProxy(dial, [AUTH_ALPN, 'h2']))).toBe(1);
  });

  it('refuses the auth route without h2, and the route to another cluster', async () => {
    await expect(once(dialTls(throughProxy(anonymous, [AUTH_ALPN])), 'secureConnect')).rejects.toThrow();
    const other = `teleport-auth@${clusterHostname('other.test')}`;
    await expect(once(dialTls(throughProxy(anonymous, [other, 'h2'])), 'secureConnect')).rejects.toThrow();
  });

  it('does not pass for the auth service: its own certificate is for other names', async () => {
    await expect(ping(throughProxy(anonymous, ['h2']))).rejects.toThrow(ConnectError);
  });

  it('ends a connection that does not begin with TLS', async () => {
    const [host, port] = cluster.proxyAddress.split(':');
    const socket = connectTcp(Number(port), host);
    socket.write('GET /webapi/ping HTTP/1.1\r\n\r\n');

    await once(socket, 'close');
  });
});
