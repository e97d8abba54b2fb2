import { X509Certificate } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeIdentity, parseSshCertificate } from '../../src/lib/crypto/index.js';
import { holding, type JoiningCluster, joinRequest, newKey, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

let world: JoiningCluster;
const { lock, unlock, post } = joiningActions(() => world);
beforeAll(async () => {
  world = await startJoiningCluster();
  await world.addToken('hosts', { roles: ['Node', 'App', 'Admin'], joinMethod: 'token' });
});
afterAll(async () => {
  await world?.stop();
});

const HOST_ID = '0b2282e3-4007-41e7-a012-8b77980f47cd';
const NODE = { role: 'Node', hostId: HOST_ID, nodeName: 'web' };

async function joinAs(change: object, token = 'hosts') {
  const key = await newKey();
  return holding(await world.as().join.registerUsingToken(joinRequest(token, key, { ...NODE, ...change })), key);
}

describe('a host that joins with a token', () => {
  it('becomes a part of the cluster; the token is good for the next host', async () => {
    const { identity, certs } = await joinAs({});
    expect(identity).toMatchObject({ username: `${HOST_ID}.example.test`, roles: ['Node'], principals: [] });
    const { host } = world.cluster.state.authorities;
    expect(certs.tlsCaCerts.map((pem) => Buffer.from(pem).toString())).toEqual([host.tlsCertPem]);
    expect(certs.sshCaCerts).toHaveLength(1);
    expect((await joinAs({ hostId: 'other' })).identity.username).toBe('other.example.test');
    expect(world.token('hosts')).toBeDefined();
  });

  it('names the services of its token when it is an instance', async () => {
    expect((await joinAs({ role: 'Instance' })).identity).toMatchObject({
      roles: ['Instance'],
      systemRoles: ['Node', 'App'],
    });
  });

  it('may not call what the cluster offers', async () => {
    const { auth, instances } = world.as(await joinAs({}));
    for (const call of [auth.getTokens({}), auth.getLocks({}), instances.submitHeartbeat({ heartbeat: {} })]) {
      expect(await world.refused(call)).toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('joins through the proxy, with names of its own and the address that it comes from', async () => {
    const key = await newKey();
    const answer = await post(
      JSON.stringify({
        hostID: HOST_ID,
        node_name: 'web',
        role: 'Node',
        token: 'hosts',
        additional_principals: ['web.example.com', '0.0.0.0'],
        dns_names: ['not-for-nodes.example.com'],
        public_tls_key: Buffer.from(key.publicTlsKey).toString('base64'),
        public_ssh_key: Buffer.from(key.publicSshKey).toString('base64'),
        remote_addr: '203.0.113.7',
      }),
    );
    expect(answer.status).toBe(200);
    const bytes = (name: string) => Buffer.from(String(answer.body[name]), 'base64');
    const tls = new X509Certificate(bytes('tls'));
    expect(decodeIdentity(tls)).toMatchObject({ username: `${HOST_ID}.example.test` });
    expect(tls.subjectAltName).toBe('DNS:web.example.com, IP Address:127.0.0.1');
    expect(parseSshCertificate(bytes('ssh').toString().trim()).principals).toEqual([
      `${HOST_ID}.example.test`,
      HOST_ID,
      'web.example.test',
      'web',
      'localhost',
      '127.0.0.1',
      '::1',
      'web.example.com',
    ]);
  });

  it('may have an address that names an interface', async () => {
    const { certs } = await joinAs({ additionalPrincipals: ['fe80::1%eth0', '::1', ''] });
    expect(new X509Certificate(Buffer.from(certs.tls)).subjectAltName).toBe(
      'DNS:fe80::1%eth0, IP Address:0:0:0:0:0:0:0:1',
    );
  });

  it.each([
    ['for no role of a host', { role: 'Admin' }],
    ['for a role that the token lacks', { role: 'Proxy' }],
    ['with an end', { expires: timestampFromDate(new Date(4_000_000_000_000)) }],
    ['without an id', { hostId: '' }],
    ['with an id of several lines', { hostId: 'a\nb' }],
    ['with an id longer than any name', { hostId: 'a'.repeat(254) }],
    ['with a name that no certificate can hold', { additionalPrincipals: ['b\u00fccher.example.com'] }],
    ['with a name that ends in the middle', { role: 'App', dnsNames: ['good.example.com\0.evil.example.com'] }],
    ['without a key', { publicTlsKey: new Uint8Array(), publicSshKey: new Uint8Array() }],
  ])('is refused %s', async (_name, change) => {
    expect(await world.refused(joinAs(change))).toMatchObject({ code: 'InvalidArgument' });
  });

  boundKeypair.it('is refused with a token that bots join with by proof of a key', async () => {
    await world.addBot('keyed');
    await world.addToken('keyed', {
      roles: ['Bot'],
      botName: 'keyed',
      joinMethod: 'bound_keypair',
      boundKeypair: { onboarding: {}, recovery: { limit: 1, mode: 'standard' } },
    });
    expect(await world.refused(joinAs({}, 'keyed'))).toMatchObject({ code: 'InvalidArgument' });
    expect(await world.refused(joinAs({ role: 'Instance' }, 'keyed'))).toMatchObject({ code: 'PermissionDenied' });
  });

  boundKeypair.it.each([
    ['token', { joinToken: 'hosts' }],
    ['id', { serverId: HOST_ID }],
  ])('is refused while its %s is locked', async (_name, target) => {
    const name = await lock(target);
    expect(await world.refused(joinAs({}))).toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringMatching(/^lock targeting/),
    });
    await unlock(name);
    await joinAs({});
  });
});
