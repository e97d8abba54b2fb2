import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, logIn } from '../../src/lib/client/index.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { readProfile } from '../../src/lib/credentials/index.js';
import { visit } from '../helpers/browser.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setPassword } from '../helpers/login-users.js';
import { usePasskeyPage } from '../helpers/passkey-page.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { SoftwareAuthenticator } from '../helpers/software-authenticator.js';

const PREFERENCE = `kind: cluster_auth_preference
version: v2
metadata: {name: cluster-auth-preference}
spec:
  type: local
  second_factors: [otp, webauthn]
  webauthn: {rp_id: localhost}
`;

describe('a cluster that takes passkeys', () => {
  let cluster: RunningCluster;
  let folder: string;
  let home: string;
  let ca: string;
  const authenticator = new SoftwareAuthenticator();
  const stranger = new SoftwareAuthenticator();

  beforeAll(async () => {
    cluster = await startTestCluster({ adminMfa: true, listen: 'localhost', serverVersion: '18.8.0' });
    folder = await mkdtemp(join(tmpdir(), 'passkeys-'));
    home = join(folder, 'home');
    ca = await readFile(cluster.proxyCaFile, 'utf8');
    await writeFile(join(folder, 'preference.yaml'), PREFERENCE);
    const created = await runCli(['create', '-f', join(folder, 'preference.yaml')], { env: adminEnv(cluster) });
    if (created.status !== 0) throw new Error(created.stderr);
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  /** Makes a user and redeems its link in a browser. @returns what the page says */
  async function register(name: string, password: string, key = authenticator): Promise<string> {
    const { stdout } = await runCli(['users', 'add', name, '--roles=editor,access'], { env: adminEnv(cluster) });
    const link = /^https:\S+$/m.exec(stdout)?.[0] ?? '';
    return usePasskeyPage(link, { ca, authenticator: key, typed: { password } });
  }
  /** Opens what a command has a browser open. */
  async function browse(link: string, key = authenticator): Promise<string> {
    const { location = '' } = await visit(link);
    return usePasskeyPage(location, { ca, authenticator: key });
  }
  const noOtp = () => Promise.reject(new Error('no one-time password is wanted'));
  const logInAs = (username: string, open: (link: string) => Promise<string>, password = PASSWORD) =>
    logIn({
      proxy: cluster.proxyAddress,
      username,
      home,
      caFile: cluster.proxyCaFile,
      now: () => new Date(),
      prompt: {
        inform: noOtp,
        password: async () => password,
        otp: noOtp,
        browse: async (link) => void (await open(link)),
      },
    });

  it('sends whoever redeems a link in the terminal to the browser, where only passkeys count', async () => {
    const passkeysOnly = join(folder, 'passkeys-only.yaml');
    await writeFile(passkeysOnly, PREFERENCE.replace('otp, ', ''));
    await runCli(['create', '-f', passkeysOnly], { env: adminEnv(cluster) });
    const { stdout } = await runCli(['users', 'add', 'gina', '--roles=access'], { env: adminEnv(cluster) });
    const link = /^https:\S+$/m.exec(stdout)?.[0] ?? '';

    const run = await runCli(['users', 'accept', link, `--ca-file=${cluster.proxyCaFile}`]);
    expect(run).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/passkey[\s\S]*in a browser: https:/),
    });
    await runCli(['create', '-f', join(folder, 'preference.yaml')], { env: adminEnv(cluster) });
  });

  it('registers one where the page of a link is open', async () => {
    expect(await register('alice', 'too short')).toContain('too short');
    expect(await register('bob', PASSWORD)).toContain('Done');
  });

  it('lets its user log in with a browser', async () => {
    await register('carol', PASSWORD);

    expect(await logInAs('carol', browse)).toMatchObject({ username: 'carol', clusterName: 'example.test' });
    expect(await readProfile(home)).toMatchObject({ username: 'carol' });
  });

  it('asks for a passkey in a browser before administration, once for a batch', async () => {
    await register('dora', PASSWORD);
    await logInAs('dora', browse);
    const opened: string[] = [];
    const secondFactor = {
      otp: noOtp,
      browse: async (link: string) => {
        opened.push(link);
        await browse(link);
      },
    };
    const client = await connect({ env: { TELEPORT_HOME: home, TELEPORT_CONFIG_FILE: '' }, secondFactor });

    await client.bots.create({ name: 'one', roles: ['access'] });
    await client.bots.create({ name: 'two', roles: ['access'] });
    expect(opened).toHaveLength(1);
    await client.bots.delete('one'); // wants an answer of its own
    expect(opened).toHaveLength(2);
    await client.close();
  });

  it('refuses the passkey of somebody else, in the browser', async () => {
    await register('eve', PASSWORD);
    await register('mallory', PASSWORD, stranger);

    const answers: string[] = [];
    await logInAs('eve', async (link) => {
      const { location = '' } = await visit(link);
      answers.push(await usePasskeyPage(location, { ca, authenticator: stranger }));
      return browse(link);
    });
    expect(answers).toEqual(['no passkey is allowed']);
  });

  it('still takes one-time passwords, which need no browser', async () => {
    await runCli(['users', 'add', 'frank', '--roles=access'], { env: adminEnv(cluster) });
    const secret = await setPassword(cluster.state, 'frank');
    await writeFile(join(folder, 'password'), PASSWORD);
    const run = await runCli(
      [
        'login',
        '--user=frank',
        `--proxy=${cluster.proxyAddress}`,
        `--ca-file=${cluster.proxyCaFile}`,
        `--password-file=${join(folder, 'password')}`,
        `--otp=${codeOf(cluster.state, secret, 30)}`,
      ],
      { env: { TELEPORT_HOME: join(folder, 'frank') } },
    );

    expect(run).toMatchObject({ status: 0, stderr: '' });
  });
});
