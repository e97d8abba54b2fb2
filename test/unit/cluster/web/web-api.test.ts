import { readFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../../../src/lib/cluster/index.js';
import { startTestCluster } from '../../../helpers/cluster.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/webapi');
let cluster: RunningCluster;
let ca: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  ca = await readFile(cluster.proxyCaFile, 'utf8');
});

afterAll(() => cluster.stop());

async function get(path: string, options: RequestOptions = {}) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(`https://${cluster.proxyAddress}${path}`, { ca, agent: false, ...options }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** The value with every leaf replaced by its type. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}

describe('the web API', () => {
  it.each(['find', 'ping'])(
    'answers /webapi/%s with the keys, their order and the types of a real cluster',
    async (name) => {
      const sample: unknown = JSON.parse(await readFile(join(FIXTURES, `${name}.json`), 'utf8'));

      const answer = await get(`/webapi/${name}`);

      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(shapeOf(JSON.parse(answer.body))).toEqual(shapeOf(sample));
      expect((await get(`/v1/webapi/${name}`)).body).toBe(answer.body);
    },
  );

  it('tells name, version, addresses and settings of this cluster', async () => {
    expect(JSON.parse((await get('/webapi/ping')).body)).toMatchObject({
      auth: {
        type: 'local',
        second_factor: 'otp',
        default_session_ttl: '12h0m0s',
        signature_algorithm_suite: 'balanced-v1',
      },
      proxy: {
        ssh: { web_listen_addr: cluster.proxyAddress, public_addr: cluster.proxyAddress },
        tls_routing_enabled: true,
      },
      server_version: cluster.state.serverVersion,
      min_client_version: '17.0.0-aa',
      cluster_name: 'example.test',
    });
  });

  it('answers pings of local connectors, and refuses those of others', async () => {
    expect(JSON.parse((await get('/webapi/ping/local')).body)).toMatchObject({ auth: { type: 'local' }, edition: '' });
    expect(await get('/webapi/ping/okta')).toMatchObject({ status: 400 });
  });

  it('names the version for automatic upgrades', async () => {
    const channel = '/v1/webapi/automaticupgrades/channel/stable/cloud';

    expect((await get(`${channel}/version`)).body).toBe(`v${cluster.state.serverVersion}`);
    expect((await get(`${channel}/critical`)).body).toBe('no');
  });

  it('serves an install script that explains itself', async () => {
    const answer = await get('/scripts/install.sh');

    expect(answer.headers['content-type']).toBe('text/x-shellscript');
    expect(answer.body).toMatch(/^#!\/bin\/sh\n/);
    expect(answer.body).toContain('npm install -g machine-identity-tools');
  });

  it.each([
    '/nothing',
    '//',
    '/v1/nothing',
    '/v1/v1/webapi/ping',
    '/scripts/other.sh',
    '/webapi/automaticupgrades/channel/x',
  ])('knows no %s', async (path) => {
    const answer = await get(path);

    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toEqual({
      error: { message: 'path not found' },
      fields: { proxyVersion: { major: 18, minor: 2, patch: 3, preRelease: '', string: '18.2.3' } },
    });
  });

  it('is not cached, and takes only reads', async () => {
    expect((await get('/webapi/find')).headers).toMatchObject({
      'cache-control': 'no-cache, no-store, must-revalidate',
      'x-content-type-options': 'nosniff',
    });
    expect(await get('/webapi/find', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });
});
