import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRole } from '../../../../src/lib/cluster/domain/roles.js';
import type { RunningCluster } from '../../../../src/lib/cluster/index.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { API_DOMAIN } from '../../../../src/lib/util/cluster-hostname.js';
import { startTestCluster } from '../../../helpers/cluster.js';
import { issueClient, NOW } from '../pki.js';

let cluster: RunningCluster;
let client: { certPem: string; keyPem: string };

beforeAll(async () => {
  cluster = await startTestCluster({ clock: () => NOW });
  client = await issueClient({
    authority: cluster.state.authorities.user,
    identity: { username: 'admin', roles: ['editor'] },
  });
});

afterAll(() => cluster.stop());

/** Asks the auth port over HTTP/1.1, as the older clients of this API do. */
async function get(path: string, { anonymous = false, method = 'GET' } = {}) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(
      `https://${cluster.authAddress}${path}`,
      {
        method,
        ca: cluster.state.authorities.host.trustedTlsCertPems,
        servername: API_DOMAIN,
        headers: { host: API_DOMAIN },
        agent: false,
        ...(!anonymous && { cert: client.certPem, key: client.keyPem }),
      },
      resolve,
    )
      .on('error', reject)
      .end();
  });
  return { status: response.statusCode, body: await json(response) };
}

describe('the auth service’s HTTP API', () => {
  it.each([
    ['proxies', 'proxy', () => cluster.proxyAddress],
    ['authservers', 'auth_server', () => cluster.authAddress],
  ])('lists the one member of /v2/%s', async (path, kind, address) => {
    expect(await get(`/v2/${path}`)).toEqual({
      status: 200,
      body: [
        {
          kind,
          version: 'v2',
          metadata: { name: cluster.state.hostId },
          spec: expect.objectContaining({
            addr: address(),
            hostname: 'localhost',
            version: cluster.state.serverVersion,
            public_addrs: [address()],
          }),
        },
      ],
    });
  });

  it('tells the cluster’s name', async () => {
    expect(await get('/v2/configuration/name')).toMatchObject({
      status: 200,
      body: { kind: 'cluster_name', spec: { cluster_name: 'example.test', cluster_id: expect.any(String) } },
    });
  });

  it('tells nothing to somebody without a certificate', async () => {
    expect(await get('/v2/proxies', { anonymous: true })).toEqual({
      status: 403,
      body: { error: { message: expect.stringContaining('access denied') } },
    });
  });

  it('refuses a name that cannot be decoded', async () => {
    const role = {
      metadata: { name: 'proxies' },
      spec: { allow: { rules: [{ resources: ['proxy'], verbs: ['*'] }] } },
    };
    await createRole(cluster.state, create(RoleV6Schema, { kind: 'role', version: 'v7', ...role }));
    const authority = cluster.state.authorities.user;
    client = await issueClient({ authority, identity: { username: 'admin', roles: ['editor', 'proxies'] } });
    expect(await get('/v2/proxies/%zz', { method: 'DELETE' })).toMatchObject({ status: 400 });
    expect(await get('/v2/proxies/%7a', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });

  it('has no other paths, and takes only reads', async () => {
    expect(await get('/v2/tokens')).toMatchObject({ status: 404 });
    expect(await get('/v2/proxies', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });
});
