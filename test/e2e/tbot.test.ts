import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OneShotSummary } from '../../src/lib/agent/one-shot.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, finished, runCli } from '../helpers/run-cli.js';
import { runTbot, startTbot } from '../helpers/run-tbot.js';
import { boundKeypair } from '../helpers/since-release.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster.stop());

async function tctl(args: string[], stdin?: string): Promise<string> {
  const run = await runCli(args, { env: adminEnv(cluster), ...(stdin === undefined ? {} : { stdin }) });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

let bots = 0;

/** Makes a bot and gives its one-time token. */
async function addBot(): Promise<{ name: string; token: string }> {
  const name = `bot${++bots}`;
  const added = JSON.parse(await tctl(['bots', 'add', name, '--roles=access', '--format=json'])) as {
    token_id: string;
  };
  return { name, token: added.token_id };
}

interface Machine {
  folder: string;
  oneShot(extra?: string[]): Promise<{ status: number | null; summary: OneShotSummary; log: string }>;
}

/** A machine with a configuration file. @param onboarding in YAML's flow style */
async function machine(onboarding: string, address = `auth_server: ${cluster.authAddress}`): Promise<Machine> {
  const folder = await temporaryFolder();
  const config = join(folder, 'tbot.yaml');
  await writeFile(
    config,
    `version: v2
${address}
onboarding: ${onboarding}
storage: {type: directory, path: ${folder}/storage}
renewal_interval: 1s
credential_ttl: 10m
outputs:
- {type: identity, destination: {type: directory, path: ${folder}/out}}
`,
  );
  const env = { SSL_CERT_FILE: cluster.proxyCaFile };
  return {
    folder,
    async oneShot(extra = []) {
      const run = await runTbot(['start', '-c', config, '--oneshot', '--format=json', ...extra], env);
      const summary = run.stdout === '' ? { status: 'failed', outputs: [] } : JSON.parse(run.stdout);
      return { status: run.status, summary: summary as OneShotSummary, log: run.stderr };
    },
  };
}

const tokenJoin = (token: string) => `{join_method: token, token: ${token}}`;

describe('joining with a one-time token', () => {
  it('gives an identity that tctl takes, is renewed at each start, and works once only', async () => {
    const { name, token } = await addBot();
    const first = await machine(tokenJoin(token));

    expect(await first.oneShot()).toMatchObject({
      status: 0,
      summary: { status: 'ok', identity: { bot: name, generation: 1 } },
    });
    for (let generation = 2; generation <= 11; generation++)
      expect(await first.oneShot()).toMatchObject({ status: 0, summary: { identity: { generation } } });

    const args = ['status', '--auth-server', cluster.authAddress, '-i', join(first.folder, 'out/identity')];
    expect(await runCli(args)).toMatchObject({ status: 0, stdout: expect.stringContaining('example.test') });
    const second = await machine(tokenJoin(token));
    expect(await second.oneShot()).toMatchObject({
      status: 1,
      summary: { status: 'failed', error: expect.stringMatching(/token expired or not found/) },
    });
  }, 120_000);

  it('works through the proxy', async () => {
    const { token } = await addBot();
    const { oneShot, folder } = await machine(tokenJoin(token), `proxy_server: ${cluster.proxyAddress}`);

    expect(await oneShot()).toMatchObject({ status: 0, summary: { status: 'ok' } });
    expect(await oneShot()).toMatchObject({ status: 0, summary: { identity: { generation: 2 } } });
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      '.write-test',
      'example.test.known_hosts',
      'example.test.ssh_config',
      'identity',
      'key',
      'key-cert.pub',
      'key.pub',
      'known_hosts',
      'ssh_config',
      'teleport-database-ca.crt',
      'teleport-host-ca.crt',
      'teleport-user-ca.crt',
      'tlscert',
    ]);
  });

  it('checks the pins of the cluster before the token is told', async () => {
    const { token } = await addBot();
    const pins = `{join_method: token, token: ${token}, ca_pins: ["sha256:${'0'.repeat(64)}"]}`;
    const wrong = await (await machine(pins)).oneShot();
    expect(wrong).toMatchObject({ status: 1, summary: { error: expect.stringMatching(/CA pins/) } });

    const right = `{join_method: token, token: ${token}, ca_pins: ["${cluster.caPins[0]}"]}`;
    expect(await (await machine(right)).oneShot()).toMatchObject({ status: 0 });
  });
});

boundKeypair.describe('joining with a bound key', () => {
  const keypairJoin = (name: string, secret: string) =>
    `{join_method: bound_keypair, token: ${name}, bound_keypair: {registration_secret: ${secret}}}`;

  /** Makes a bot with a token that a key is to be bound to. */
  async function addKeypairToken(limit: number): Promise<{ name: string; manifest: (limit: number) => string }> {
    const { name } = await addBot();
    const manifest = (limit: number) => `kind: token
version: v2
metadata: {name: ${name}-key}
spec:
  roles: [Bot]
  bot_name: ${name}
  join_method: bound_keypair
  bound_keypair:
    onboarding: {registration_secret: s3cret-of-${name}}
    recovery: {mode: standard, limit: ${limit}}
`;
    await tctl(['create'], manifest(limit));
    return { name, manifest };
  }

  /** What a machine has left when its certificates have expired. */
  async function forgetCertificates(folder: string): Promise<void> {
    for (const file of ['tlscert', 'key', 'key-cert.pub']) await rm(join(folder, 'storage', file));
  }

  it.each(['auth_server', 'proxy_server'])(
    'registers once, is renewed as the same instance, and recovers within the limit (%s)',
    async (kind) => {
      const { name } = await addKeypairToken(2);
      const address = kind === 'auth_server' ? cluster.authAddress : cluster.proxyAddress;
      const { folder, oneShot } = await machine(keypairJoin(`${name}-key`, `s3cret-of-${name}`), `${kind}: ${address}`);

      const first = await oneShot();
      expect(first).toMatchObject({ status: 0, summary: { identity: { bot: name } } });
      const again = await oneShot();
      expect(again).toMatchObject({ status: 0 });
      expect(again.summary.identity?.instance).toBe(first.summary.identity?.instance);

      await forgetCertificates(folder);
      const recovered = await oneShot();
      expect(recovered).toMatchObject({ status: 0 });
      expect(recovered.summary.identity?.instance).not.toBe(first.summary.identity?.instance);

      await forgetCertificates(folder);
      expect(await oneShot()).toMatchObject({
        status: 1,
        summary: { error: expect.stringMatching(/no rejoins remaining/) },
      });

      const token = await tctl(['get', `token/${name}-key`, '--format=json', '--with-secrets']);
      await tctl(['create', '-f'], token.replace(/"limit": 2/, '"limit": 3'));
      expect(await oneShot()).toMatchObject({ status: 0 });
    },
    60_000,
  );

  it('is refused with a wrong secret, and never tells the right one', async () => {
    const { name } = await addKeypairToken(1);
    const run = await (await machine(keypairJoin(`${name}-key`, 'wr0ng'))).oneShot();

    expect(run).toMatchObject({ status: 1, summary: { error: expect.stringMatching(/secret/) } });
    expect(JSON.stringify(run)).not.toMatch(/wr0ng|s3cret/);
  });
});

describe('the daemon', () => {
  it('renews, reloads on SIGHUP, and ends by SIGTERM with status 0', async () => {
    const { token } = await addBot();
    const { folder } = await machine(tokenJoin(token));
    const child = startTbot(['start', '-c', join(folder, 'tbot.yaml'), '--log-format=json']);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
    const ended = finished(child);
    const seen = async (pattern: RegExp) => {
      for (let tries = 0; !pattern.test(log); tries++) {
        if (tries > 200) throw new Error(log);
        await wait(50);
      }
    };
    await seen(/"generation":3/);
    const config = await readFile(join(folder, 'tbot.yaml'), 'utf8');
    await writeFile(join(folder, 'tbot.yaml'), config.replace(`${folder}/out`, `${folder}/other`));
    child.kill('SIGHUP');
    await seen(/reloaded the configuration[\s\S]*wrote the output[^\n]*other/);
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ status: 0, signal: null });
    expect(await readdir(join(folder, 'other'))).toContain('identity');
    expect(log).not.toMatch(token);
  }, 30_000);

  it('keeps a second agent out of its storage', async () => {
    const { token } = await addBot();
    const { folder, oneShot } = await machine(tokenJoin(token));
    const child = startTbot(['start', '-c', join(folder, 'tbot.yaml')]);
    await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()));

    const second = await oneShot();
    child.kill('SIGTERM');
    await finished(child);

    expect(second).toMatchObject({ status: 1, log: expect.stringMatching(/locked by another process/) });
  });
});
