import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteLock } from '../../src/lib/cluster/domain/locks.js';
import { createCaCertificate, generatePrivateKey } from '../../src/lib/crypto/index.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { finished } from '../helpers/run-cli.js';
import { startTbot } from '../helpers/run-tbot.js';
import { boundKeypair } from '../helpers/since-release.js';
import { type Machine, type MachineOptions, newMachine } from '../helpers/tbot-machine.js';
import { removeFoldersAfterEach } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let world: JoiningCluster;
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(() => world.stop());

let bots = 0;

type Options = Partial<MachineOptions> & { trust?: string };

async function tokenMachine({ trust = '', ...options }: Options = {}): Promise<Machine & { token: string }> {
  const bot = `token-${++bots}`;
  await world.addBot(bot);
  const token = `one-time-token-of-${bot}`;
  await world.addToken(token, { roles: ['Bot'], botName: bot, joinMethod: 'token' });
  const onboarding = `{join_method: token, token: ${token}${trust}}`;
  return { token, ...(await newMachine({ authServer: world.cluster.authAddress, onboarding, ...options })) };
}

async function boundMachine(options: Options = {}): Promise<Machine & { secret: string }> {
  const bot = `bound-${++bots}`;
  const secret = `registration-secret-of-${bot}`;
  await world.addBot(bot);
  await world.addToken(`${bot}-token`, {
    roles: ['Bot'],
    botName: bot,
    joinMethod: 'bound_keypair',
    boundKeypair: { onboarding: { registrationSecret: secret }, recovery: { limit: 3, mode: 'standard' } },
  });
  const onboarding = `{join_method: bound_keypair, token: ${bot}-token, bound_keypair: {registration_secret: ${secret}}}`;
  return { secret, ...(await newMachine({ authServer: world.cluster.authAddress, onboarding, ...options })) };
}

async function removeLocks(): Promise<void> {
  for (const { metadata } of world.locks()) await deleteLock(world.cluster.state, metadata?.name ?? '');
}

/** Keeps the keys of a bound bot, as a machine has them whose certificates have expired. */
async function forgetCertificates({ storage }: Machine): Promise<void> {
  for (const file of ['tlscert', 'key', 'key-cert.pub']) await rm(join(storage, file));
}

describe('a copy of the storage folder', () => {
  boundKeypair.it(
    'is refused with the reason and the way out once the other has renewed (token)',
    async () => {
      const original = await tokenMachine();
      await original.oneShot();
      await cp(original.storage, join(original.folder, 'copy'), { recursive: true });
      expect(await original.oneShot()).toMatchObject({ status: 0 });

      await rm(original.storage, { recursive: true });
      await cp(join(original.folder, 'copy'), original.storage, { recursive: true });
      const refused = await original.oneShot();

      expect(refused).toMatchObject({
        status: 1,
        summary: {
          error: expect.stringMatching(/generation mismatch.*copied or restored from a backup.*instances add/s),
        },
      });
      expect(refused.summary?.error).toMatch(/tctl bots unlock/);
      expect(world.locks()).toHaveLength(1);
      expect((await original.oneShot()).summary?.error).toMatch(/lock/);

      await removeLocks();
      expect(await original.oneShot()).toMatchObject({
        status: 0,
        summary: { identity: { warning: expect.any(String) } },
      });
      expect(world.locks()).toEqual([]); // the copy is not shown for a renewal again
    },
    60_000,
  );

  boundKeypair.it(
    'is refused with the reason and the way out once the other has recovered (bound_keypair)',
    async () => {
      const original = await boundMachine();
      await original.oneShot();
      await cp(original.storage, join(original.folder, 'copy'), { recursive: true });
      await forgetCertificates(original);
      expect(await original.oneShot()).toMatchObject({ status: 0 });

      await rm(original.storage, { recursive: true });
      await cp(join(original.folder, 'copy'), original.storage, { recursive: true });
      await forgetCertificates(original);

      expect(await original.oneShot()).toMatchObject({
        status: 1,
        summary: { error: expect.stringMatching(/join state.*copied or restored from a backup.*unlock/s) },
      });
      await removeLocks();
    },
    60_000,
  );
});

describe('a token file', () => {
  it('may be emptied once its token is used', async () => {
    const machine = await tokenMachine();
    const file = join(machine.folder, 'token');
    await writeFile(file, `${machine.token}\n`);
    await writeFile(machine.config, (await readFile(machine.config, 'utf8')).replace(machine.token, file));
    expect(await machine.oneShot()).toMatchObject({ status: 0 });
    await writeFile(file, '');

    expect(await machine.oneShot()).toMatchObject({ status: 0, summary: { identity: { generation: 2 } } });
  });
});

describe('trust in the cluster at the first join', () => {
  const wrongPin = `sha256:${'0'.repeat(64)}`;

  it.each([
    ['a wrong pin', `, ca_pins: ["${wrongPin}"]`, /CA pins/],
    ['a pin of another algorithm', ', ca_pins: ["sha1:0123456789"]', /CA pin/],
    ['a file that is not there', ', ca_path: /nonexistent/ca.pem', /ca_path/],
  ])('%s ends it before the token is told', async (_, trust, words) => {
    const machine = await tokenMachine({ trust });
    const run = await machine.oneShot();

    expect(run.status).toBe(1);
    expect(`${run.summary?.error}${run.log}`).toMatch(words);
    expect(world.token(machine.token)).toBeDefined();
  });

  it('takes one right pin only together with all authorities pinned, or the right file', async () => {
    const pinned = await tokenMachine({ trust: `, ca_pins: ["${wrongPin}", "${world.cluster.caPins[0]}"]` });
    expect(await pinned.oneShot()).toMatchObject({ status: 0 });

    const filed = await tokenMachine({ trust: ', ca_path: CA_FILE' });
    const ca = join(filed.folder, 'ca.pem');
    await writeFile(ca, Buffer.from((await world.as().auth.getClusterCACert({})).tlsCa));
    const config = await readFile(filed.config, 'utf8');
    await writeFile(filed.config, config.replace('CA_FILE', ca));
    expect(await filed.oneShot()).toMatchObject({ status: 0 });
    expect((await filed.oneShot()).log).not.toMatch(/without proof/);
  });

  it('refuses a server that the file does not vouch for', async () => {
    const machine = await tokenMachine({ trust: ', ca_path: CA_FILE' });
    const ca = join(machine.folder, 'ca.pem');
    const validity = { notBefore: new Date(0), notAfter: new Date('2100-01-01') };
    const key = await generatePrivateKey('ecdsa-p256');
    await writeFile(ca, await createCaCertificate({ clusterName: world.cluster.clusterName, key, ...validity }));
    await writeFile(machine.config, (await readFile(machine.config, 'utf8')).replace('CA_FILE', ca));

    expect(await machine.oneShot()).toMatchObject({ status: 1 });
    expect(world.token(machine.token)).toBeDefined();
  });
});

describe('TELEPORT_ANONYMOUS_TELEMETRY', () => {
  it('is answered once with that there is no telemetry', async () => {
    const machine = await tokenMachine();
    const { log } = await machine.oneShot({ env: { TELEPORT_ANONYMOUS_TELEMETRY: '1' } });

    expect(log.match(/no telemetry/g)).toHaveLength(1);
  });
});

describe('a one-shot run', () => {
  it('fails when one of its outputs cannot be written, and tells which', async () => {
    const machine = await tokenMachine({
      outputs: `[{type: identity, name: good, destination: {type: memory}}, {type: identity, name: bad, roles: [unknown], destination: {type: memory}}]`,
    });
    expect(await machine.oneShot()).toMatchObject({
      status: 1,
      summary: {
        status: 'failed',
        outputs: [
          { name: 'good', status: 'ok', expires: expect.any(String) },
          { name: 'bad', status: 'failed', error: expect.any(String) },
        ],
      },
    });
  });

  it('tries again for as long as --oneshot-timeout says', async () => {
    const machine = await tokenMachine();
    const config = await readFile(machine.config, 'utf8');
    await writeFile(machine.config, config.replace(world.cluster.authAddress, '127.0.0.1:1'));
    expect((await machine.oneShot()).log).not.toMatch(/next_attempt/);

    const run = await machine.oneShot({ args: ['--oneshot-timeout=3s'] });
    expect(run).toMatchObject({ status: 1, log: expect.stringMatching(/attempt:1 next_attempt:/) });
  });
});

/** What a running tbot says. */
function logOf(child: ReturnType<typeof startTbot>) {
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  return {
    async seen(pattern: RegExp): Promise<void> {
      while (!pattern.test(log)) {
        if (child.exitCode !== null) throw new Error(log);
        await wait(20);
      }
    },
  };
}

describe('the daemon', () => {
  let mute: Server;
  let address: string;
  beforeAll(async () => {
    mute = createServer(() => undefined); // takes connections and never says a word
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(mute.address() as { port: number }).port}`;
  });
  afterAll(() => void mute.close());

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends by %s while a connection hangs',
    async (signal) => {
      const connected = new Promise<void>((resolve) => mute.once('connection', () => resolve()));
      const machine = await tokenMachine({ authServer: address });
      const child = startTbot(['start', '-c', machine.config]);
      const ended = finished(child);
      await connected;
      child.kill(signal);

      expect((await ended).signal).toBeNull();
      expect((await ended).stderr).toMatch(/stopping/);
    },
    30_000,
  );

  it('takes up a configuration that is mended and reloaded while the cluster does not answer', async () => {
    const machine = await tokenMachine();
    const mended = await readFile(machine.config, 'utf8');
    await writeFile(machine.config, mended.replace(world.cluster.authAddress, '127.0.0.1:1'));
    const child = startTbot(['start', '-c', machine.config]);
    const ended = finished(child);
    const log = logOf(child);
    await log.seen(/getting the bot identity failed/);
    await writeFile(machine.config, mended);
    child.kill('SIGHUP');
    await log.seen(/wrote the output/);
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ status: 0 });
  }, 60_000);

  it('goes on when nobody reads its log any more', async () => {
    const machine = await tokenMachine();
    const child = startTbot(['start', '-c', machine.config]);
    const ended = finished(child);
    child.stderr.destroy();
    while (!(await readdir(machine.storage).catch(() => [] as string[])).includes('tokenhash')) await wait(20);
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ status: 0 });
  }, 60_000);

  it('keeps the old configuration when the new one is broken, and says so', async () => {
    const machine = await tokenMachine({ more: 'renewal_interval: 20m' });
    const child = startTbot(['start', '-c', machine.config, '--debug']);
    const ended = finished(child);
    const log = logOf(child);
    await log.seen(/wrote the output/);
    await writeFile(machine.config, 'version: v2\noutpust: []\n');
    child.kill('SIGUSR1');
    await log.seen(/cannot be used; going on with the one before[\s\S]*generation:2[\s\S]*wrote the output/);
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ status: 0 });
  }, 60_000);
});

describe('under systemd', () => {
  it('tells that it is ready, reloads and stops', async () => {
    const machine = await tokenMachine();
    const told = join(machine.folder, 'told');
    // Stands for the program of systemd, which needs a systemd to talk to.
    const program = join(machine.folder, 'systemd-notify');
    await writeFile(program, `#!/bin/sh\necho "$@" >> ${told}\n`, { mode: 0o755 });
    const PATH = `${machine.folder}:${process.env.PATH}`;
    const child = startTbot(['start', '-c', machine.config], { PATH, NOTIFY_SOCKET: '@not-used' });
    const ended = finished(child);
    const seen = async (pattern: RegExp) => {
      while (!pattern.test(await readFile(told, 'utf8').catch(() => ''))) {
        await wait(20);
      }
    };
    await seen(/^READY=1 STATUS=/);
    child.kill('SIGHUP');
    await seen(/RELOADING=1 MONOTONIC_USEC=\d+\nREADY=1/);
    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ status: 0 });
    await seen(/STOPPING=1/);
  }, 60_000);
});

describe('logs', () => {
  boundKeypair.it.each(['text', 'json'])(
    'hold no secret, whatever is done, at debug (%s)',
    async (format) => {
      const folder = 'OUT';
      const outputs = `[{type: identity, destination: {type: directory, path: ${folder}}}]`;
      const args = ['--debug', `--log-format=${format}`];
      const seen: string[] = [];
      const secrets: string[] = [];
      for (const machine of [await tokenMachine({ outputs }), await boundMachine({ outputs })]) {
        const config = await readFile(machine.config, 'utf8');
        await writeFile(machine.config, config.replace(`path: ${folder}`, `path: ${machine.folder}/out`));
        for (const _ of ['join', 'renewal']) {
          const run = await machine.oneShot({ args });
          expect(run).toMatchObject({ status: 0 });
          seen.push(run.log, JSON.stringify(run.summary));
          for (const place of [machine.storage, `${machine.folder}/out`]) secrets.push(...(await secretsIn(place)));
        }
        secrets.push('token' in machine ? machine.token : machine.secret);
      }
      const text = seen.join('');

      expect(secrets.length).toBeGreaterThan(8);
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      expect(text).not.toMatch(/PRIVATE KEY|BEGIN CERT/);
      if (format === 'json')
        for (const line of seen[0]?.trim().split('\n') ?? [])
          expect(JSON.parse(line)).toMatchObject({ timestamp: expect.any(String), level: expect.any(String) });
    },
    60_000,
  );
});

/** Lines of private keys, and documents that stand for a secret. */
async function secretsIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const [, body = ''] of text.matchAll(/PRIVATE KEY-----\\?n?\s*([\s\S]+?)-----END/g))
      found.push(...body.split(/\\n|\n/).filter((line) => line.length > 20));
    if (name === 'bkp_state') found.push(text);
  }
  return found;
}
