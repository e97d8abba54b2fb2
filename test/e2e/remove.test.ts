import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const tctl = (...args: string[]) => runCli(args, { env: adminEnv(cluster) });

describe('removals as JSON and YAML', () => {
  it('of a bot', async () => {
    await tctl('bots', 'add', 'gone', '--format=json');

    const { status, stdout } = await tctl('bots', 'rm', 'gone', '--format=json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ kind: 'bot', name: 'gone', result: 'deleted' });
  });

  it('of a token', async () => {
    await tctl('tokens', 'add', '--type=node', '--value=passing', '--format=text');

    const { status, stdout } = await tctl('tokens', 'rm', 'passing', '--format=yaml');

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'kind: token\nname: passing\nresult: deleted\n' });
  });

  it('of settings, which go back to their defaults', async () => {
    const { status, stdout } = await tctl('rm', 'netconfig', '--format=json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      kind: 'cluster_networking_config',
      name: 'cluster_networking_config',
      result: 'reset',
    });
  });
});
