import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authorizedKeyLine, generatePrivateKey, teleportKeyPem } from '../../src/lib/crypto/index.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { runBinary, startBinary } from '../helpers/peer-tools.js';
import { adminEnv } from '../helpers/run-cli.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let world: JoiningCluster;
const { newBot, newToken, instancesOf } = joiningActions(() => world);
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

/** Flags of a tbot that writes an identity below `folder`, knowing the cluster by its pin. */
function flags(folder: string, ...more: string[]): string[] {
  const places = ['--storage', join(folder, 'storage'), '--destination', join(folder, 'out')];
  const [pin = ''] = world.cluster.caPins;
  return ['start', 'identity', '--auth-server', world.cluster.authAddress, '--ca-pin', pin, ...places, ...more];
}

/** The proxy, whose names go into ssh_config, has a certificate of its own. */
const trust = () => ({ SSL_CERT_FILE: world.cluster.proxyCaFile });

const authenticationsOf = (bot: string) =>
  instancesOf(bot).flatMap(({ status }) => status?.latestAuthentications ?? []);

async function asBot(folder: string, ...args: string[]) {
  const identity = join(folder, 'out/identity');
  return runBinary('tctl', ['--auth-server', world.cluster.authAddress, '-i', identity, ...args]);
}

describe('the real tbot on the embedded cluster', () => {
  it('joins with a token, renews ten times while it runs, and writes outputs that the real tctl takes', async () => {
    const bot = await newBot();
    const folder = await temporaryFolder();
    const often = ['--renewal-interval=1s', '--certificate-ttl=2m'];
    const method = ['--join-method=token', '--token', await newToken(bot)];
    const agent = startBinary('tbot', flags(folder, ...method, ...often), { env: trust() });
    const ended = once(agent, 'exit');
    try {
      while ((authenticationsOf(bot).at(-1)?.generation ?? 0) < 11) {
        expect(agent.exitCode).toBeNull();
        await wait(100);
      }
    } finally {
      agent.kill('SIGTERM');
      await ended;
    }
    expect(instancesOf(bot)).toHaveLength(1);
    const latest = authenticationsOf(bot).map(({ generation }) => generation);
    expect(latest).toEqual(Array.from({ length: 10 }, (_, index) => (latest[0] ?? 0) + index));
    expect(instancesOf(bot)[0]?.status?.initialHeartbeat).toMatchObject({ isStartup: true, version: '18.0.0' });
    expect(world.locks()).toEqual([]);

    expect(await readdir(join(folder, 'out'))).toEqual(expect.arrayContaining(['identity', 'tlscert', 'ssh_config']));
    expect(await asBot(folder, 'status')).toMatchObject({ status: 0, stdout: expect.stringContaining('example.test') });
    expect(await asBot(folder, 'get', 'tokens')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('access denied'),
    });
    const listed = await runBinary('tctl', ['bots', 'instances', 'ls'], { env: adminEnv(world.cluster) });
    expect(listed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${bot}/${instancesOf(bot)[0]?.spec?.instanceId} token`),
    });
  }, 90_000);

  it('joins with a key that was registered before, and goes on with its instance at each start', async () => {
    const bot = await newBot();
    const folder = await temporaryFolder();
    const key = await generatePrivateKey('ed25519');
    await mkdir(join(folder, 'storage'), { mode: 0o700 });
    await writeFile(join(folder, 'storage/id_bkp'), teleportKeyPem(key), { mode: 0o600 });
    await world.addToken(`${bot}-key`, {
      roles: ['Bot'],
      botName: bot,
      joinMethod: 'bound_keypair',
      boundKeypair: { onboarding: { initialPublicKey: authorizedKeyLine(key) }, recovery: { limit: 1 } },
    });
    const method = ['--join-method=bound_keypair', '--token', `${bot}-key`, '--oneshot'];
    for (let run = 1; run <= 3; run++) {
      const { status, stderr } = await runBinary('tbot', flags(folder, ...method), { env: trust() });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    }
    expect(authenticationsOf(bot)).toMatchObject([{ generation: 1 }, { generation: 2 }, { generation: 3 }]);
    expect(world.token(`${bot}-key`)?.status?.boundKeypair?.recoveryCount).toBe(1);
    expect(await asBot(folder, 'status')).toMatchObject({ status: 0 });
  }, 60_000);
});
