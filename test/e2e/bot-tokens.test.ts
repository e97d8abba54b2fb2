import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boundBots } from '../helpers/bound-bots.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { boundKeypair } from '../helpers/since-release.js';

let world: JoiningCluster;
const bound = boundBots(() => world);
const tctl = (...args: string[]) => runCli(args, { env: adminEnv(world.cluster) });

beforeAll(async () => {
  world = await startJoiningCluster();
  await world.addBot('robot', ['access']);
});
afterAll(() => world?.stop());

describe('bots update', () => {
  it('says what has changed, and clears', async () => {
    const run = async (...flags: string[]) => (await tctl('bots', 'update', 'robot', ...flags)).stdout;

    expect(await run('--add-roles=editor,access', '--set-logins=root', '--add-logins=ubuntu')).toBe(
      'Bot "robot" has been updated:\n\troles: access -> access,editor\n\tlogins: (none) -> root,ubuntu\n',
    );
    expect(await run('--set-roles=', '--set-logins=root', '--set-max-session-ttl=1h')).toBe(
      'Bot "robot" has been updated:\n\troles: access,editor -> (none)\n\tlogins: root,ubuntu -> root\n\tmax_session_ttl: 12h0m0s -> 1h0m0s\n',
    );
    expect(await run('--set-logins=root')).toBe('Bot "robot" is already so; nothing has changed\n');
    expect((await tctl('get', 'bot/robot')).stdout).toMatch(
      /^spec:\n {2}max_session_ttl: 3600s\n {2}traits:\n {2}- name: logins\n {4}values:\n {4}- root\n/m,
    );
  });

  it('adds up lists that are given more than once', async () => {
    const flags = ['--set-roles=access', '--set-roles=editor', '--add-logins=a', '--add-logins=b'];
    await tctl('bots', 'update', 'robot', ...flags);
    const [bot] = JSON.parse((await tctl('get', 'bot/robot', '--format=json')).stdout);
    await tctl('bots', 'update', 'robot', '--set-roles=', '--set-logins=root');

    expect(bot.spec).toMatchObject({ roles: ['access', 'editor'], traits: [{ values: ['a', 'b', 'root'] }] });
  });

  it('says so as JSON', async () => {
    const { stdout } = await tctl('bot', 'update', 'robot', '--set-roles=access', '--format=json');

    expect(JSON.parse(stdout)).toEqual({ bot: 'robot', changes: [{ field: 'roles', before: [], after: ['access'] }] });
  });

  it.each([
    [['robto', '--add-roles=access'], /there is no bot "robto"\n {2}Did you mean "robot"\?/],
    [['robot', '--add-roles=acess'], /there is no role "acess"\n {2}Did you mean "access"\?/],
    [['robot', '--set-max-session-ttl=0'], /longer than zero/],
    [['robot', '--set-max-session-ttl=soon'], /is not a duration/],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await tctl('bots', 'update', ...args);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('bots add', () => {
  it('adds up roles that are given more than once', async () => {
    await tctl('bots', 'add', 'twice', '--roles=access', '--roles=editor', '--format=json');
    const [bot] = JSON.parse((await tctl('get', 'bot/twice', '--format=json')).stdout);

    expect(bot.spec.roles).toEqual(['access', 'editor']);
  });

  it('makes a token where --token is empty, as when a variable in a script is not set', async () => {
    const { status, stdout } = await tctl('bots', 'add', 'scripted', '--token=', '--format=json');

    expect({ status, bot: JSON.parse(stdout) }).toMatchObject({ status: 0, bot: { user_name: 'bot-scripted' } });
    expect(world.token(JSON.parse(stdout).token_id)).toMatchObject({ spec: { botName: 'scripted' } });
  });
});

describe('nodes add', () => {
  it('makes a token for SSH servers and says how to start one', async () => {
    const { stdout } = await tctl('nodes', 'add', '--token=for-nodes', '--ttl=5m');

    expect(stdout).toMatch(/^The invite token: for-nodes\nIt expires in 5 minutes\.\n/);
    expect(stdout).toContain('> teleport start \\\n   --roles=node \\\n   --token=for-nodes');
    expect(world.token('for-nodes')).toMatchObject({ spec: { roles: ['Node'], joinMethod: 'token' } });
  });

  it('prints a list of the one token as JSON', async () => {
    const { stdout } = await tctl('nodes', 'add', '--roles=proxy,app', '--format=json');
    const [token] = JSON.parse(stdout) as [string];

    expect(world.token(token)).toMatchObject({ spec: { roles: ['Proxy', 'App'] } });
  });

  it('leaves bots to "bots add"', async () => {
    expect(await tctl('nodes', 'add', '--roles=bot')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('tctl bots add NAME'),
    });
  });
});

describe('tokens add', () => {
  it('shows the resource of a cluster that is to trust this one', async () => {
    const { stdout } = await tctl('tokens', 'add', '--type=trusted_cluster', '--value=for-a-leaf');

    expect(stdout).toContain('kind: trusted_cluster');
    expect(stdout).toContain(`  token: for-a-leaf\n  web_proxy_addr: ${world.cluster.proxyAddress}\n`);
  });

  it('shows a configuration for services that no flag of "teleport start" switches on', async () => {
    const { stdout } = await tctl('tokens', 'add', '--type=kube', '--value=for-kube');

    expect(stdout).toContain('  auth_token: for-kube\n  ca_pin: ["sha256:');
    expect(stdout).toContain(`  proxy_server: ${world.cluster.proxyAddress}\n`);
    expect(stdout).not.toContain('--roles');
  });
});

describe('tokens add --type=bot', () => {
  it('makes a one-time token that the bot joins with', async () => {
    const { stdout } = await tctl('tokens', 'add', '--type=bot', '--bot-name=robot');
    const token = /--token=([0-9a-f]{32})/.exec(stdout)?.[1] ?? '';

    expect(stdout).toMatch(/^The bot token: [0-9a-f]{32}\nIt expires in 30 minutes\.\n/);
    expect(world.token(token)).toMatchObject({ spec: { botName: 'robot', roles: ['Bot'], joinMethod: 'token' } });
  });

  boundKeypair.it('makes a bound_keypair token that has a secret and no end', async () => {
    const flags = ['--type=bot', '--bot-name=robot', '--join-method=bound_keypair', '--value=robot-host'];
    const { stdout } = await tctl('tokens', 'add', ...flags, '--format=json');

    expect(JSON.parse(stdout)).toEqual({ roles: ['Bot'], token: 'robot-host' });
    expect((await tctl('tokens', 'secret', 'robot-host')).stdout).toMatch(/^\S{16,}\n$/);
  });

  it.each([
    [['--type=bot'], /--bot-name is missing/],
    [['--type=node', '--bot-name=robot'], /--bot-name goes with --type=bot/],
    [['--type=bot', '--bot-name=robot', '--join-method=github'], /tctl tokens configure github/],
  ])('refuses %j', async (flags, message) => {
    const { status, stdout, stderr } = await tctl('tokens', 'add', ...flags);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('tokens configure', () => {
  const flags = ['--bot-name=robot', '--repository=example/app', '--ref=refs/heads/main'];

  it('prints YAML that create accepts, without a cluster', async () => {
    const { status, stdout } = await runCli(['tokens', 'configure', 'github', ...flags]);

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `kind: token
metadata:
  name: robot-github
spec:
  bot_name: robot
  github:
    allow:
    - ref: refs/heads/main
      repository: example/app
  join_method: github
  roles:
  - Bot
version: v2
`,
    });
    expect(await runCli(['create', '--dry-run'], { stdin: stdout })).toMatchObject({ status: 0 });
  });

  it('creates the token with --apply, and overwrites only with -f', async () => {
    const apply = () => tctl('tokens', 'configure', 'github', ...flags, '--apply');

    expect((await apply()).stdout).toMatch(
      /^provision_token "robot-github" has been created\n(.|\n)*--join-method=github/,
    );
    expect(world.token('robot-github')).toMatchObject({ spec: { github: { allow: [{ repository: 'example/app' }] } } });
    expect(await apply()).toMatchObject({ status: 1, stderr: expect.stringContaining('exists already') });
    expect(await tctl('tokens', 'configure', 'github', ...flags, '--apply', '-f')).toMatchObject({ status: 0 });
  });

  it('says which fields are missing, and which bot is not there', async () => {
    const empty = await runCli(['tokens', 'configure', 'terraform_cloud', '--bot-name=robot']);
    expect(empty).toMatchObject({ status: 1, stdout: '' });
    expect(empty.stderr).toMatch(
      /one of organization_id, organization_name is required\n(.|\n)*tokens configure terraform-cloud/,
    );
    const { stderr } = await tctl('tokens', 'configure', 'azure', '--bot-name=robto', '--subscription=1', '--apply');
    expect(stderr).toMatch(/^WARNING: there is no bot "robto"\. Did you mean "robot"\?/);
  });
});

describe('bound-keypair request-rotation', () => {
  boundKeypair.it('asks for a new key and keeps what the token knows of its agent', async () => {
    const machine = await bound();
    await machine.join();
    const before = machine.status();

    expect(await tctl('bound-keypair', 'request-rotation', machine.token)).toMatchObject({ status: 0, stderr: '' });

    expect(world.token(machine.token)?.spec?.boundKeypair?.rotateAfter).toBeDefined();
    expect(machine.status()).toEqual(before);
  });

  it('refuses tokens of other methods', async () => {
    await world.addToken('of-azure', {
      roles: ['Node'],
      joinMethod: 'azure',
      azure: { allow: [{ subscription: '1' }] },
    });

    expect(await tctl('bound-keypair', 'request-rotation', 'of-azure')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('is of the method azure'),
    });
  });
});
