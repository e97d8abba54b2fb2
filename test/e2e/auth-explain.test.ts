import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl auth explain', () => {
  let cluster: RunningCluster;
  let empty: string;

  beforeAll(async () => {
    cluster = await startTestCluster();
    empty = await mkdtemp(join(tmpdir(), 'auth-explain-'));
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(empty, { recursive: true });
  });

  async function explain(env: Record<string, string>, ...args: string[]) {
    const { status, stdout, stderr } = await runCli(['auth', 'explain', '--format=json', ...args], { env });
    expect(stderr).toBe('');
    const story = JSON.parse(stdout) as { sources: { source: string; outcome: string; reason: string }[] };
    return { ...story, status, outcomes: story.sources.map(({ source, outcome }) => `${source}: ${outcome}`) };
  }

  it('names the source that won, those before and behind it, and the route', async () => {
    const story = await explain({ TELEPORT_HOME: cluster.tshHome });

    expect(story.outcomes).toEqual([
      'identity-file: skipped',
      'config: skipped',
      'profile: used',
      'auth-host: not_reached',
    ]);
    expect(story).toMatchObject({
      status: 0,
      credentials: {
        source: 'profile',
        user: 'admin',
        cluster: 'example.test',
        expires_in_seconds: expect.any(Number),
      },
      addresses: [cluster.proxyAddress],
      route: { address: cluster.proxyAddress, way: 'tls' },
    });
  });

  it('tells the same to people', async () => {
    const { status, stdout } = await runCli(['auth', 'explain'], { env: adminEnv(cluster) });

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /1\. identity file: used: \S+admin\.pem\n[\s\S]*not looked at[\s\S]*Expires {2}\S+ \(in \d+d \d+h\)/,
    );
    expect(stdout).toContain(`Route    ${cluster.authAddress}, by`);
  });

  it('says why the cluster is not reached', async () => {
    const story = await explain({ ...adminEnv(cluster), TELEPORT_AUTH_SERVER: '127.0.0.1:1' });

    expect(story).toMatchObject({ status: 1, credentials: { user: 'admin' }, error: { code: 'connect_failed' } });
  });

  it('connects to nothing with --offline', async () => {
    const story = await explain({ ...adminEnv(cluster), TELEPORT_AUTH_SERVER: '127.0.0.1:1' }, '--offline');

    expect(story).toMatchObject({ status: 0, credentials: { user: 'admin' } });
    expect(story).not.toHaveProperty('route');
  });

  it('says of every source why there are no credentials', async () => {
    const story = await explain({ TELEPORT_HOME: empty });

    expect(story).toMatchObject({ status: 1, error: { code: 'credentials_not_found' } });
    expect(story.sources.every(({ outcome, reason }) => outcome === 'skipped' && reason !== '')).toBe(true);
  });

  it.each([
    ['does not exist', 'missing.yaml', undefined],
    ['is no YAML', 'broken.yaml', 'teleport: ['],
  ])('says of a config file that it %s', async (_what, name, content) => {
    const path = join(empty, name);
    if (content !== undefined) await writeFile(path, content);

    const story = await explain({ TELEPORT_HOME: cluster.tshHome }, '-c', path);
    expect(story).toMatchObject({ status: 1, error: { message: expect.stringContaining(path) } });
    expect(story.outcomes).toContain('config: failed');
    expect(story.outcomes).toContain('profile: not_reached');
  });

  it('says that an identity file ends the search, usable or not', async () => {
    const story = await explain({ TELEPORT_HOME: cluster.tshHome, TELEPORT_IDENTITY_FILE: join(empty, 'missing') });

    expect(story.status).toBe(1);
    expect(story.outcomes).toEqual([
      'identity-file: failed',
      'config: not_reached',
      'profile: not_reached',
      'auth-host: not_reached',
    ]);
  });
});
