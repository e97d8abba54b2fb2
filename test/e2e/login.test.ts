import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { readProfile } from '../../src/lib/credentials/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setPassword } from '../helpers/login-users.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl login', () => {
  let cluster: RunningCluster;
  let folder: string;
  let secret: string;
  let passwordFile: string;

  beforeAll(async () => {
    const start = new Date();
    cluster = await startTestCluster({ clock: () => start }); // a code is good for as long as the tests take
    folder = await mkdtemp(join(tmpdir(), 'login-'));
    passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${PASSWORD}\n`);
    secret = await makeUser('alice', 'access,editor');
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  async function makeUser(name: string, roles: string): Promise<string> {
    await runCli(['users', 'add', name, `--roles=${roles}`], { env: adminEnv(cluster) });
    return setPassword(cluster.state, name);
  }
  const home = (name: string) => join(folder, name);
  const logIn = (name: string, ...args: string[]) =>
    runCli(
      [
        'login',
        `--proxy=${cluster.proxyAddress}`,
        `--ca-file=${cluster.proxyCaFile}`,
        `--password-file=${passwordFile}`,
        ...args,
      ],
      { env: { TELEPORT_HOME: home(name) } },
    );
  /** The code that set the password up counts as used, so later ones are taken in turn. */
  const code = (of: string, inSeconds: number) => `--otp=${codeOf(cluster.state, of, inSeconds)}`;

  it('leaves a home that tctl uses from then on', async () => {
    const run = await logIn('first', '--user=alice', '--ttl=30m', code(secret, 30));

    expect(run).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Logged in to example.test') });
    const status = await runCli(['tokens', 'ls', '--format=json'], { env: { TELEPORT_HOME: home('first') } });
    expect(status).toMatchObject({ status: 0, stderr: '' });
    const { username, roles, expires } = await readProfile(home('first'));
    expect({ username, roles }).toEqual({ username: 'alice', roles: ['access', 'editor'] });
    expect(((expires?.getTime() ?? 0) - Date.now()) / 60_000).toBeLessThan(31);
  });

  it('writes files that only their owner can read', async () => {
    const files = await readdir(home('first'), { recursive: true, withFileTypes: true });
    const modes = await Promise.all(
      files.map(async (file) => [file.isFile(), (await stat(join(file.parentPath, file.name))).mode & 0o777]),
    );

    expect(modes.length).toBeGreaterThan(9);
    expect(modes.filter(([isFile, mode]) => mode !== (isFile ? 0o600 : 0o700))).toEqual([]);
  });

  it('asks for nothing while a login is in force', async () => {
    const again = (...args: string[]) =>
      runCli(['login', ...args], { env: { TELEPORT_HOME: home('first'), TELEPORT_PROXY: cluster.proxyAddress } });

    const run = await again();
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^Logged in already to example\.test \(\S+\) as alice, until \S+\n$/);
    expect(JSON.parse((await again('--user=alice', '--format=json')).stdout)).toMatchObject({ user: 'alice' });
    for (const other of [['--user=bob'], ['--ttl=1h'], ['--auth=local']]) {
      expect(await again(...other, `--ca-file=${cluster.proxyCaFile}`)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('the password has to be asked for'),
      });
    }
  });

  it('makes a login that is in force the current one', async () => {
    const current = join(home('first'), 'current-profile');
    await writeFile(current, 'other.example.test\n');
    const env = { TELEPORT_HOME: home('first') };

    expect(await runCli(['login', `--proxy=${cluster.proxyAddress}`], { env })).toMatchObject({ status: 0 });
    expect(await readFile(current, 'utf8')).toBe('127.0.0.1\n');
  });

  it('refuses a wrong code and a used code, and writes nothing', async () => {
    const bob = await makeUser('bob', 'access');
    const right = code(bob, 30);
    const wrong = await logIn('bob', '--user=bob', '--otp=000000');
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/"bob" cannot log in[\s\S]*A code counts once/);
    await expect(readdir(home('bob'))).rejects.toMatchObject({ code: 'ENOENT' });

    expect(await logIn('bob', '--user=bob', right)).toMatchObject({ status: 0 });
    expect(await logIn('bob', '--user=bob', right)).toMatchObject({ status: 1 });
  });

  it('is refused after five wrong passwords, with the right one too', async () => {
    const carol = await makeUser('carol', 'access');
    const wrongFile = join(folder, 'wrong');
    await writeFile(wrongFile, 'incorrect horse battery');
    for (let attempt = 0; attempt < 5; attempt++) {
      const run = await logIn('carol', '--user=carol', `--password-file=${wrongFile}`, '--otp=000000');
      expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('invalid credentials') });
    }

    expect(await logIn('carol', '--user=carol', code(carol, 30))).toMatchObject({ status: 1 });
  });

  it.each(['SSL_CERT_FILE', 'SSL_CERT_DIR'])('trusts the authorities of %s', async (variable) => {
    const authorities = home('authorities');
    await mkdir(authorities, { recursive: true });
    await copyFile(cluster.proxyCaFile, join(authorities, 'proxy.pem'));
    const path = variable === 'SSL_CERT_FILE' ? join(authorities, 'proxy.pem') : authorities;
    const args = ['login', `--proxy=${cluster.proxyAddress}`, '--user=alice'];
    const trusting = await runCli(args, { env: { TELEPORT_HOME: home('none'), [variable]: path } });
    const other = await runCli(args, { env: { TELEPORT_HOME: home('none') } });

    expect(trusting.stderr).toMatch(/the password has to be asked for/);
    expect(other.stderr).toMatch(/not among the trusted authorities/);
  });

  it('says what it needs where nobody can be asked', async () => {
    const env = { TELEPORT_HOME: home('none') };
    const args = ['login', `--proxy=${cluster.proxyAddress}`, `--ca-file=${cluster.proxyCaFile}`, '--user=alice'];

    expect(await runCli(args, { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--password-file'),
    });
    expect(await runCli(['login'], { env })).toMatchObject({ status: 1, stderr: expect.stringContaining('--proxy') });
    expect(await logIn('none', '--user=alice', '--auth=passwordless')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('passwordless logins are not done by this tool'),
    });
    expect(await logIn('none', '--user=alice', '--auth=github')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no connector "github"'),
    });
  });

  it('shows the message of the day', async () => {
    const preference = join(folder, 'preference.yaml');
    const metadata = 'version: v2\nmetadata: {name: cluster-auth-preference}\n';
    await writeFile(
      preference,
      `kind: cluster_auth_preference\n${metadata}spec: {type: local, second_factors: [otp], message_of_the_day: "For \\e[31mtests"}\n`,
    );
    await runCli(['create', '-f', preference], { env: adminEnv(cluster) });
    const erin = await makeUser('erin', 'access');

    const run = await logIn('erin', '--user=erin', code(erin, 30));
    expect(run).toMatchObject({ status: 0, stderr: 'For \\x1b[31mtests\n' });
  });

  it('keeps other logins in the home; logout forgets one or all', async () => {
    const dora = await makeUser('dora', 'access');
    await logIn('shared', '--user=dora', code(dora, 30));
    await writeFile(join(home('shared'), 'config.yaml'), 'own: file\n');
    await writeFile(
      join(home('shared'), 'other.example.test.yaml'),
      'web_proxy_addr: other.example.test:443\nuser: eve\n',
    );
    const logOut = (...args: string[]) => runCli(['logout', ...args], { env: { TELEPORT_HOME: home('shared') } });

    expect((await logOut('--proxy=other.example.test')).stdout).toBe('Logged out eve from other.example.test\n');
    expect(await readdir(home('shared'))).toContain('current-profile');
    expect((await logOut()).stdout).toBe('Logged out dora from 127.0.0.1\n');
    expect((await readdir(home('shared'))).sort()).toEqual(['config.yaml', 'keys', 'known_hosts']);
    expect(await readdir(join(home('shared'), 'keys'))).toEqual([]);
    expect(await logOut()).toMatchObject({ status: 0, stdout: 'There is no login to forget\n' });
    expect(await readFile(join(home('shared'), 'config.yaml'), 'utf8')).toBe('own: file\n');
  });
});
