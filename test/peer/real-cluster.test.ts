import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withCluster } from '../helpers/cluster.js';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { type CliOptions, runCli } from '../helpers/run-cli.js';
import { writeTshHome } from '../helpers/tsh-home.js';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHKOdDJG84Ubmwpe7bqmDBOPhfNuIGgbZ3gbqUcvOQf2';

let cluster: RealCluster;
let tshHome: string;
beforeAll(async () => {
  cluster = await startRealCluster();
  tshHome = join(cluster.folder, 'tsh');
  await writeTshHome(tshHome, { ...cluster, username: 'boss' });
});
afterAll(() => cluster?.stop());

/** Runs this tctl in the cluster's folder, as the administrator with the identity file unless told otherwise. */
function tctl(command: string, { env, ...options }: CliOptions = {}) {
  const admin = { TELEPORT_AUTH_SERVER: cluster.authAddress, TELEPORT_IDENTITY_FILE: cluster.identityFile };
  return runCli(command.split(' '), { cwd: cluster.folder, env: env ?? admin, ...options });
}

async function printed(command: string, options?: CliOptions): Promise<string> {
  const { status, stdout, stderr } = await tctl(command, options);
  expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
  return stdout;
}

describe('this tctl reaches a real cluster', () => {
  const identity = () => ['-i', cluster.identityFile];
  const proxy = () => [...identity(), `--auth-server=${cluster.proxyAddress}`];
  const ways: [string, () => string[], (() => Record<string, string>)?][] = [
    ['the auth service, with an identity file', () => [...identity(), `--auth-server=${cluster.authAddress}`]],
    [
      'the second of two addresses',
      () => [...identity(), '--auth-server=127.0.0.1:1', `--auth-server=${cluster.authAddress}`],
    ],
    // The auth service proves itself through the proxy, so that the proxy's own certificate is not needed.
    ['the proxy, whose certificate nobody vouches for', proxy],
    ['the proxy, with --insecure', () => [...proxy(), '--insecure']],
    ['the proxy, with --ca-file', () => [...proxy(), `--ca-file=${cluster.proxyCaFile}`]],
    ['the proxy, with SSL_CERT_FILE', proxy, () => ({ SSL_CERT_FILE: cluster.proxyCaFile })],
    ['the proxy, with NODE_EXTRA_CA_CERTS', proxy, () => ({ NODE_EXTRA_CA_CERTS: cluster.proxyCaFile })],
    ['the auth host, with -c', () => ['-c', cluster.configFile]],
    ['the auth host, with TELEPORT_CONFIG_FILE', () => [], () => ({ TELEPORT_CONFIG_FILE: cluster.configFile })],
    ['the proxy, with a tsh profile', () => ['--insecure'], () => ({ TELEPORT_HOME: tshHome })],
    [
      'the auth service, with a tsh profile',
      () => [`--auth-server=${cluster.authAddress.replace('127.0.0.1', 'localhost')}`],
      () => ({ TELEPORT_HOME: tshHome }),
    ],
  ];

  it.each(ways)('%s', async (_, flags, env = () => ({})) => {
    const real = await cluster.tctl(['status']);

    const { status, stdout, stderr } = await runCli(['status', ...flags()], { env: env() });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(real.stdout);
  });

  it('but not one of the same name that is another cluster, and says so', async () => {
    await withCluster(async ({ authAddress }) => {
      const { status, stdout, stderr } = await runCli(['status', ...identity(), `--auth-server=${authAddress}`]);

      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toContain(authAddress);
      expect(stderr).toContain(cluster.identityFile);
    });
  });

  it('but not a port that nobody listens on, and names it', async () => {
    const { status, stderr } = await runCli(['status', ...identity(), '--auth-server=127.0.0.1:1']);

    expect(status).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1:1\b/);
  });
});

describe('the guide "Deploying Machine ID on Linux", on a real cluster', () => {
  it('makes a bot and a token, with which the real tbot joins', async () => {
    await printed('status');
    const { token_id: token, user_name: user } = JSON.parse(
      await printed('bots add example --roles=access --format=json'),
    );
    expect(user).toBe('bot-example');
    const [data, destination] = [join(cluster.folder, 'tbot-data'), join(cluster.folder, 'tbot-user')];
    await Promise.all([data, destination].map((folder) => mkdir(folder)));

    const { status, stderr } = await runBinary('tbot', [
      'start',
      '--oneshot',
      `--data-dir=${data}`,
      `--destination-dir=${destination}`,
      `--token=${token}`,
      `--proxy-server=${cluster.proxyAddress}`,
      '--join-method=token',
      '--insecure',
    ]);

    expect(status === 0 ? '' : stderr).toBe('');
    expect(await readdir(destination)).toContain('identity');
  });

  it('prints the next command for the machine', async () => {
    const text = await printed('bots add example-text');
    expect(text).toContain('tbot start');
    expect(text).toContain(`--proxy-server=${cluster.proxyAddress}`);
  });

  it('prints a new bot as YAML', async () => {
    expect(await printed('bots add example-yaml --format=yaml')).toMatch(/^role_name: bot-example-yaml\ntoken_id: /m);
  });

  it('leaves no token behind when the bot exists already', async () => {
    await cluster.settle();
    const before = await printed('tokens ls --format=json');
    const { status, stdout } = await tctl('bots add example-text --format=json');
    await cluster.settle();

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(await printed('tokens ls --format=json')).toBe(before);
  });

  it('points out roles that do not exist', async () => {
    const { status, stderr } = await tctl('bots add example-roles --roles=acess --format=json');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^WARNING: role "acess" does not exist; did you mean "access"\?/);
  });

  it('removes the bot', async () => {
    expect(await printed('bots rm example-text')).toContain('example-text');
    await cluster.settle();
    expect((await printed('bots ls --format=json')).includes('"example-text"')).toBe(false);
  });
});

describe('the guide "Deploying Machine ID with Bound Keypair Joining", on a real cluster', () => {
  const token = (boundKeypair: string) => `kind: token
version: v2
metadata:
  name: example
spec:
  roles: [Bot]
  bot_name: robot
  join_method: bound_keypair
  bound_keypair:
    ${boundKeypair}recovery:
      mode: standard
      limit: 1
`;

  it('makes the bot', async () => {
    await writeFile(
      join(cluster.folder, 'bot.yaml'),
      'kind: bot\nversion: v1\nmetadata:\n  name: robot\nspec:\n  roles: [access]\n',
    );
    expect(await printed('create bot.yaml')).toBe('bot "robot" has been created\n');
    expect((await tctl('create bot.yaml')).stderr).toMatch(/exists already[\s\S]*-f/);
    expect(await printed('create -f bot.yaml')).toBe('bot "robot" has been updated\n');
  });

  it('says what 18.0.0 misses in a token without a key', async () => {
    await writeFile(join(cluster.folder, 'token-example.yaml'), token(''));
    const { status, stdout, stderr } = await tctl('create -f token-example.yaml');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('this cluster is 18.0.0; bound_keypair tokens need 18.1');
  });

  it('makes the token with a key, and shows it', async () => {
    await writeFile(
      join(cluster.folder, 'token-example.yaml'),
      token(`onboarding: {initial_public_key: "${PUBLIC_KEY}"}\n    `),
    );
    expect(await printed('create -f token-example.yaml')).toBe('provision_token "example" has been created\n');
    await cluster.settle();
    const [shown] = JSON.parse(await printed('get token/example --format=json'));
    expect(shown.spec.bound_keypair.onboarding.initial_public_key).toBe(PUBLIC_KEY);
  });

  it('says that this token has no registration secret', async () => {
    const { status, stdout, stderr } = await tctl('tokens secret example');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/registration secret/);
  });

  it('takes its own output back', async () => {
    for (const resource of ['token/example', 'bot/robot', 'role/access', 'user/boss']) {
      const { status, stderr } = await tctl('create -f', { stdin: await printed(`get ${resource}`) });
      expect({ resource, status, stderr }).toEqual({ resource, status: 0, stderr: '' });
    }
  });

  it('removes both', async () => {
    expect(await printed('rm token/example')).toBe('token "example" has been deleted\n');
    expect(await printed('rm bot/robot')).toBe('Bot "robot" has been deleted\n');
  });
});

describe('a user with the role access, on a real cluster', () => {
  const viewer = () => ({
    env: { TELEPORT_AUTH_SERVER: cluster.authAddress, TELEPORT_IDENTITY_FILE: cluster.viewerIdentityFile },
  });

  it.each([
    'tokens ls',
    'get tokens',
    'get roles',
    'bots add example',
    'bots rm example',
    'tokens add --type=node',
    'tokens rm example',
    'rm role/access',
    'get token/example',
  ])('is refused: %s', async (command) => {
    const { status, stdout, stderr } = await tctl(command, viewer());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^ERROR: .*access denied/s);
  });

  it('may ask for the status', async () => {
    expect(await printed('status', viewer())).toContain('Version: 18.');
  });
});

describe("the auth host's own administrator, on a real cluster", () => {
  it.each(['get cert_authority --with-secrets', 'get users --with-secrets --format=json', 'get tokens --with-secrets'])(
    'sees what the real tctl shows: %s',
    async (command) => {
      const real = await cluster.tctl(command.split(' '));
      expect(real.status).toBe(0);
      expect(await printed(`-c ${cluster.configFile} ${command}`, { env: {} })).toBe(real.stdout);
    },
  );

  it('sees what the real tctl shows of the kinds here: get all', async () => {
    const real = (await cluster.tctl(['get', 'all'])).stdout
      .split('---\n')
      .filter((text) => !/^kind: health/.test(text));
    const ours = (await printed(`-c ${cluster.configFile} get all`, { env: {} })).split('---\n');
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.sort()).toEqual(real.sort()); // the real one takes the kinds in no order
  });
});

describe("settings that the cluster's configuration file makes, on a real cluster", () => {
  it('cannot be reset', async () => {
    const { status, stderr } = await tctl('rm cap');
    expect(status).toBe(1);
    expect(stderr).toMatch(/config/);
  });

  it('are overwritten only when that is asked for', async () => {
    const stdin = await printed('get cap');

    const refused = await tctl('create -f', { stdin });
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('--confirm');

    expect(await printed('create -f --confirm', { stdin })).toBe('cluster auth preference has been updated\n');
  });
});
