import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openProxyWeb, type ProxyWeb } from '../../src/lib/client/proxy-web.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setUpUser } from '../helpers/login-users.js';
import { runCli } from '../helpers/run-cli.js';

describe('a cluster that somebody asks too often', () => {
  let cluster: RunningCluster;
  let folder: string;
  let web: ProxyWeb;
  const start = Date.now();
  let aheadMs = 0;

  beforeAll(async () => {
    cluster = await startTestCluster({ clock: () => new Date(start + aheadMs) });
    folder = await mkdtemp(join(tmpdir(), 'login-limits-'));
    await writeFile(join(folder, 'password'), PASSWORD);
    web = await openProxyWeb(cluster.proxyAddress, { caFile: cluster.proxyCaFile });
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  /** What the answers to requests, sent one after the other, are. */
  async function answers(count: number, path: string, body?: object): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let sent = 0; sent < count; sent++) {
      const code = await web.call(path, body).then(
        () => 'ok',
        (error: { code: string }) => error.code,
      );
      counts[code] = (counts[code] ?? 0) + 1;
    }
    return counts;
  }

  it('refuses the 41st request of a login, and tells when to come back', async () => {
    const secret = await setUpUser(cluster.state, 'alice', ['access']);
    const logIn = () =>
      runCli(
        [
          'login',
          '--user=alice',
          `--proxy=${cluster.proxyAddress}`,
          `--ca-file=${cluster.proxyCaFile}`,
          `--password-file=${join(folder, 'password')}`,
          `--otp=${codeOf(cluster.state, secret)}`,
        ],
        { env: { TELEPORT_HOME: join(folder, 'home') } },
      );
    const begin = '/webapi/mfa/login/begin';
    const stranger = { user: 'nobody', pass: 'wrong', passwordless: false };
    expect(await answers(42, begin, stranger)).toEqual({ access_denied: 40, limit_exceeded: 2 });

    expect(await logIn()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/rate limit exceeded, try again in 3s[\s\S]*from this address/),
    });
    aheadMs = 60_000;
    expect(await logIn()).toMatchObject({ status: 0 });
  });
});
