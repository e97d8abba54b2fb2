import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCertificate } from '../../../../src/lib/cluster/auth/client-certificate.js';
import type { Authorities } from '../../../../src/lib/cluster/state.js';
import { createAuthorities, HOUR_MS, issueClient, NOW, type TestCertificate } from '../pki.js';

const clusterName = 'example.test';
let authorities: Authorities;
let foreign: Authorities;

beforeAll(async () => {
  authorities = await createAuthorities(clusterName);
  foreign = await createAuthorities(clusterName);
});

const verify = async (options: TestCertificate, now = NOW) =>
  verifyCertificate(new X509Certificate((await issueClient(options)).certPem), { authorities, clusterName, now });
const refusal = expect.objectContaining({
  kind: 'AccessDenied',
  message: 'access denied: invalid client certificate',
});

describe('a client certificate', () => {
  it('of the user authority makes a user with the roles and traits that it names', async () => {
    expect(await verify({ authority: authorities.user })).toMatchObject({
      kind: 'user',
      username: 'alice',
      roles: ['editor'],
      traits: { logins: ['root'] },
      identity: { teleportCluster: clusterName },
    });
  });

  it('of the host authority with a system role makes a part of the cluster', async () => {
    const identity = { username: `c0ffee.${clusterName}`, roles: ['Admin'] };

    expect(await verify({ authority: authorities.host, identity })).toEqual({
      kind: 'builtin',
      role: 'Admin',
      hostId: 'c0ffee',
    });
  });

  it.each<[string, () => TestCertificate]>([
    ['of an authority with the same name and another key', () => ({ authority: foreign.user })],
    [
      'with a system role from the user authority',
      () => ({ authority: authorities.user, identity: { roles: ['Admin'] } }),
    ],
    [
      'with a system role among others from the user authority',
      () => ({ authority: authorities.user, identity: { roles: ['editor', 'Admin'] } }),
    ],
    ['of a user from the host authority', () => ({ authority: authorities.host })],
    ['for another cluster', () => ({ authority: authorities.user, clusterName: 'other.test' })],
    ['for no cluster', () => ({ authority: authorities.user, identity: { teleportCluster: '' } })],
    ['restricted to another use', () => ({ authority: authorities.user, identity: { usage: ['usage:kube'] } })],
    ['not valid yet', () => ({ authority: authorities.user, notBefore: new Date(NOW.getTime() + 1000) })],
    [
      'expired',
      () => ({
        authority: authorities.user,
        notBefore: new Date(NOW.getTime() - HOUR_MS),
        notAfter: new Date(NOW.getTime() - 1000),
      }),
    ],
  ])('%s is refused', async (_name, options) => {
    await expect(verify(options())).rejects.toEqual(refusal);
  });

  it('of an authority itself is refused', () => {
    const authority = new X509Certificate(authorities.user.tlsCertPem);

    expect(() => verifyCertificate(authority, { authorities, clusterName, now: NOW })).toThrow(refusal);
  });

  it('counts by the cluster’s clock', async () => {
    await expect(verify({ authority: authorities.user }, new Date(NOW.getTime() + 2 * HOUR_MS))).rejects.toEqual(
      refusal,
    );
  });
});
