import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authorizedKeyLine, generatePrivateKey, teleportKeyPem } from '../../src/lib/crypto/index.js';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { runCli } from '../helpers/run-cli.js';
import { runTbot } from '../helpers/run-tbot.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await startRealCluster();
}, 180_000);
afterAll(() => cluster.stop());

/** Makes a bot and gives its one-time token. */
async function addBot(name: string): Promise<string> {
  const { stdout } = await cluster.tctl(['bots', 'add', name, '--roles=access', '--format=json']);
  return (JSON.parse(stdout) as { token_id: string }).token_id;
}

const generationOf = (stdout: string) =>
  (JSON.parse(stdout) as { identity?: { generation: number } }).identity?.generation;

describe('our tbot and a real cluster', () => {
  it.each(['--auth-server', '--proxy-server'])(
    'join with a token, and renew ten times (%s)',
    async (flag) => {
      const token = await addBot(`ours${flag}`);
      const folder = await temporaryFolder();
      const address = flag === '--auth-server' ? cluster.authAddress : cluster.proxyAddress;
      const env = { SSL_CERT_FILE: cluster.proxyCaFile };
      const args = ['start', 'identity', flag, address, '--join-method=token', '--oneshot', '--format=json'];
      const places = ['--storage', join(folder, 'storage'), '--destination', join(folder, 'out')];

      const first = await runTbot([...args, ...places, '--token', token], env);
      expect(first).toMatchObject({ status: 0 });
      for (let generation = 2; generation <= 11; generation++)
        expect(generationOf((await runTbot([...args, ...places], env)).stdout)).toBe(generation);

      const identity = join(folder, 'out/identity');
      const asBot = await runBinary('tctl', ['--auth-server', cluster.authAddress, '-i', identity, 'status']);
      expect(asBot).toMatchObject({ status: 0, stdout: expect.stringContaining(cluster.clusterName) });
    },
    120_000,
  );

  it('and the real tbot take turns in one storage folder', async () => {
    const token = await addBot('turns');
    const folder = await temporaryFolder();
    const args = ['start', 'identity', '--auth-server', cluster.authAddress, '--join-method=token', '--oneshot'];
    const places = ['--storage', join(folder, 'storage'), '--destination', join(folder, 'out')];

    const joined = await runBinary('tbot', [...args, ...places, '--token', token, '--insecure']);
    expect(joined).toMatchObject({ status: 0 });
    const theirs = await readFile(join(folder, 'out/ssh_config'), 'utf8');
    const env = { SSL_CERT_FILE: cluster.proxyCaFile };
    const ours = await runTbot([...args, ...places, '--format=json'], env);
    expect(ours).toMatchObject({ status: 0 });
    expect(generationOf(ours.stdout)).toBe(2);
    const program = /ProxyCommand '[^']*'/;
    const sshConfig = await readFile(join(folder, 'out/ssh_config'), 'utf8');
    expect(sshConfig.replace(program, '')).toBe(theirs.replace(program, ''));
    const again = await runBinary('tbot', [...args, ...places, '--insecure']);
    expect(again).toMatchObject({ status: 0 });
    expect(generationOf((await runTbot([...args, ...places, '--format=json'], env)).stdout)).toBe(4);
  }, 120_000);

  it('join with a key that was registered before, and renew ten times', async () => {
    const folder = await temporaryFolder();
    await addBot('keyed');
    await mkdir(join(folder, 'storage'), { mode: 0o700 });
    const key = await generatePrivateKey('ed25519');
    await writeFile(join(folder, 'storage/id_bkp'), teleportKeyPem(key), { mode: 0o600 });
    const manifest = `kind: token
version: v2
metadata: {name: keyed-token}
spec:
  roles: [Bot]
  bot_name: keyed
  join_method: bound_keypair
  bound_keypair:
    onboarding: {initial_public_key: "${authorizedKeyLine(key)}"}
    recovery: {limit: 2}
`;
    expect(await cluster.tctl(['create'], manifest)).toMatchObject({ status: 0 });
    const args = ['start', 'identity', '--proxy-server', cluster.proxyAddress, '--oneshot', '--format=json'];
    const method = ['--join-method=bound_keypair', '--token', 'keyed-token'];
    const places = ['--storage', join(folder, 'storage'), '--destination', join(folder, 'out')];
    const env = { SSL_CERT_FILE: cluster.proxyCaFile };
    for (let generation = 1; generation <= 11; generation++) {
      const { status, stdout, stderr } = await runTbot([...args, ...method, ...places], env);
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      expect(generationOf(stdout)).toBe(generation);
      if (generation > 1) continue;
      await cluster.settle(); // else the next join may still see a token that binds no key
      const applied = await runCli(['-c', cluster.configFile, 'create', '-f'], { stdin: manifest });
      expect(applied).toMatchObject({ status: 0, stderr: '' }); // again, without what the cluster has noted in the token
    }
  }, 120_000);
});
