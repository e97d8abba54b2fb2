import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, connect } from '../../src/index.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { makeTestCertificates, type TestCertificates } from '../helpers/grpc-peer.js';
import { type LoadBalancer, startLoadBalancer } from '../helpers/load-balancer.js';
import { runTbot } from '../helpers/run-tbot.js';
import { boundKeypair } from '../helpers/since-release.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let cluster: RunningCluster;
let separate: RunningCluster;
let web: TestCertificates;
let balancer: LoadBalancer;

beforeAll(async () => {
  web = await makeTestCertificates('web', ['localhost']);
  cluster = await startTestCluster();
  separate = await startTestCluster({ clusterName: 'separate.test', tlsRouting: false });
  balancer = await startLoadBalancer(cluster.proxyAddress, web.server);
});
afterAll(async () => {
  await balancer.close();
  await Promise.all([cluster.stop(), separate.stop()]);
});

interface Outcome {
  way: string;
  trace: string;
}

interface Visit {
  /** Trusted for the web. Default: what signed the load balancer's certificate. */
  caPem?: string;
  insecure?: boolean;
  env?: Record<string, string>;
}

/** Connects as the administrator, does some work, and tells how it went. */
async function administer(
  { adminIdentityFile: identityFile }: RunningCluster,
  authServer: string | string[],
  { caPem = web.hostCaPem, insecure, env }: Visit = {},
  work = readAndWrite,
): Promise<Outcome> {
  const lines: string[] = [];
  const trace = (line: string) => void lines.push(line);
  const client = await connect({ identityFile, authServer, caFile: await file(caPem), insecure, env, trace });
  try {
    await work(client);
    return { way: client.way, trace: lines.join('\n') };
  } finally {
    await client.close();
  }
}

async function file(content: string): Promise<string> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, content);
  return path;
}

let tokens = 0;

/** A write, many reads at once, a message of many frames, and the REST interface on a connection of its own. */
async function readAndWrite(client: Client): Promise<void> {
  const name = `token-${++tokens}`;
  await client.tokens.create({ metadata: { name }, spec: { roles: ['Node'], joinMethod: 'token' } });
  const seen = await Promise.all(Array.from({ length: 50 }, () => client.tokens.get(name)));
  expect(seen.map((token) => token.metadata?.name)).toEqual(Array(50).fill(name));
  const description = 'x'.repeat(100_000);
  const role = await client.roles.upsert({ kind: 'role', version: 'v7', metadata: { name: 'wide', description } });
  expect(role.metadata?.description).toBe(description);
  expect((await client.proxies()).map((proxy) => proxy.name)).toHaveLength(1);
}

const refusal = (promise: Promise<unknown>): Promise<Error & { hint?: string }> =>
  promise.then(
    () => Promise.reject(new Error('it was connected')),
    (error: Error) => error,
  );

/** A port of this machine on which nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `127.0.0.1:${port}`;
}

describe('the plain way', () => {
  it('leads to the auth service and through the proxy alike', async () => {
    expect((await administer(cluster, cluster.authAddress)).way).toBe('tls');
    expect((await administer(cluster, cluster.proxyAddress)).way).toBe('tls');
  });

  it('is taken at the first of several addresses that answers', async () => {
    const { trace } = await administer(cluster, [await deadAddress(), cluster.proxyAddress, balancer.address]);

    expect(trace).toContain('nothing listens there');
    expect(trace).not.toContain(balancer.address);
  });
});

describe('behind a load balancer that ends TLS', () => {
  it.each([
    ['refuses the names that the proxy knows', ['http/1.1']],
    ['takes no notice of names', []],
    ['takes HTTP/2 for itself', ['h2', 'http/1.1']],
  ])('and %s, the connection is upgraded', async (_name, alpn) => {
    const one = await startLoadBalancer(cluster.proxyAddress, web.server, { alpn });
    try {
      const { way, trace } = await administer(cluster, one.address);

      expect(way).toBe('connection-upgrade');
      expect(trace).toContain('upgrading the connection');
    } finally {
      await one.close();
    }
  });

  it('a connection that was cut is opened the same way again', async () => {
    const { way } = await administer(cluster, balancer.address, {}, async (client) => {
      await client.ping();
      const before = balancer.connections();
      balancer.cut();
      await client.ping();
      expect(balancer.connections()).toBe(before + 1);
    });

    expect(way).toBe('connection-upgrade');
  });

  it('nothing is tried out when the environment says what to do', async () => {
    const env = { TELEPORT_TLS_ROUTING_CONN_UPGRADE: `${balancer.address}=yes` };
    const before = balancer.connections();

    const { trace } = await administer(
      cluster,
      balancer.address,
      { env },
      async (client) => void (await client.ping()),
    );

    expect(trace).not.toContain('ALPN refused');
    expect(balancer.connections() - before).toBe(2); // what the proxy says of itself, and the connection
  });

  it('the error says what is in the way when the environment forbids the upgrade', async () => {
    const error = await refusal(
      administer(cluster, balancer.address, { env: { TELEPORT_TLS_ROUTING_CONN_UPGRADE: 'no' } }),
    );

    expect(error).toMatchObject({ code: 'connect_failed', route: 'proxy' });
    expect(error.message).toContain('something between here and the proxy ends TLS connections');
    expect(error.hint).toContain('WebSockets');
  });

  it('whose certificate is not trusted, nothing is upgraded', async () => {
    const other = await makeTestCertificates('other', ['localhost']);

    const error = await refusal(administer(cluster, balancer.address, { caPem: other.hostCaPem }));

    expect(error.hint).toContain('--ca-file');
  });

  it('the auth service is verified all the same', async () => {
    const stranger = await startTestCluster(); // of the same name, with authorities of its own
    const wrong = await startLoadBalancer(stranger.proxyAddress, web.server);
    try {
      const error = await refusal(administer(cluster, wrong.address));

      expect(error).toMatchObject({ code: 'connect_failed', cause: { failure: 'server_certificate' } });
      expect(error.hint).toContain('Get new credentials');
    } finally {
      await wrong.close();
      await stranger.stop();
    }
  });

  boundKeypair.it.each(['token', 'bound_keypair'])('an agent joins with %s and renews itself', async (joinMethod) => {
    const onboarding = await makeBot(joinMethod);
    const folder = await temporaryFolder();
    const config = await file(`version: v2
proxy_server: ${balancer.address}
onboarding: ${onboarding}
storage: {type: directory, path: ${folder}/storage}
outputs:
- {type: identity, destination: {type: directory, path: ${folder}/out}}
`);
    const once = () =>
      runTbot(['start', '-c', config, '--oneshot', '--format=json'], { SSL_CERT_FILE: `${folder}/ca.pem` });
    await writeFile(`${folder}/ca.pem`, web.hostCaPem);

    expect(await once()).toMatchObject({ status: 0 });
    expect(await once()).toMatchObject({ status: 0 });
  });
});

/** @returns the `onboarding` of a new bot's configuration file, in YAML's flow style */
async function makeBot(joinMethod: string): Promise<string> {
  const client = await connect({ identityFile: cluster.adminIdentityFile, authServer: cluster.authAddress });
  try {
    const name = joinMethod.replace('_', '-');
    await client.bots.create({ name, roles: ['access'] });
    const spec = { roles: ['Bot'], joinMethod, botName: name };
    await client.tokens.create({ metadata: { name: `join-${name}` }, spec });
    if (joinMethod === 'token') return `{join_method: token, token: join-${name}}`;
    const secret = (await client.tokens.get(`join-${name}`)).status?.boundKeypair?.registrationSecret;
    return `{join_method: bound_keypair, token: join-${name}, bound_keypair: {registration_secret: ${secret}}}`;
  } finally {
    await client.close();
  }
}

describe('a proxy that does not route TLS', () => {
  const address = () => separate.proxyAddress.replace('127.0.0.1', 'localhost');

  it('leads to the auth service by its gRPC service on a port of its own', async () => {
    const { way, trace } = await administer(separate, address(), {
      caPem: await readFile(separate.proxyCaFile, 'utf8'),
    });

    expect(way).toBe('proxy-cluster');
    expect(trace).toContain("trying the proxy's gRPC service");
  });

  it('does so without a look at certificates when told', async () => {
    expect((await administer(separate, address(), { insecure: true })).way).toBe('proxy-cluster');
  });

  it('lets nobody in who does not belong to the cluster', async () => {
    const stranger = await startTestCluster({ clusterName: 'separate.test' });
    try {
      const error = await refusal(administer(stranger, address(), { insecure: true }));

      expect(error).toMatchObject({ code: 'connect_failed', route: 'proxy' });
    } finally {
      await stranger.stop();
    }
  });
});
