import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isReleaseSince } from '../../src/lib/util/release.js';
import { type Holding, type JoiningCluster, refusal, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { RELEASE } from '../helpers/release.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { boundKeypair } from '../helpers/since-release.js';

/** From 18.4 on, the table and the text tell how services do. */
const withHealth = isReleaseSince(RELEASE, '18.4');

let world: JoiningCluster;
let agent: Holding;
const { newBot, lock } = joiningActions(() => world);
const tctl = (...args: string[]) => runCli(args, { env: adminEnv(world.cluster) });
const json = async (...args: string[]) => {
  const { stdout, stderr } = await tctl(...args, '--format=json');
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
};
const idOf = (holder: Holding) => holder.identity.botInstanceId ?? '';

beforeAll(async () => {
  world = await startJoiningCluster();
  await world.addBot('robot');
  await world.addBot('other');
  agent = await world.renew(await world.joinBot('robot'));
  await world.as(agent).instances.submitHeartbeat({
    heartbeat: { hostname: 'build-1', version: '18.10.0', joinMethod: 'token', os: 'linux', uptime: { seconds: 5n } },
  });
  const older = await world.joinBot('other');
  await world.as(older).instances.submitHeartbeat({ heartbeat: { hostname: 'old-box', version: '18.9.2' } });
});
afterAll(() => world?.stop());

describe('bots instances ls', () => {
  it('shows a row for each agent, at most 80 columns beyond the ID', async () => {
    const { status, stdout } = await tctl('bots', 'instances', 'list', 'robot');

    expect(status).toBe(0);
    const [header, dashes, row, ...rest] = stdout.split('\n');
    expect(header?.split(/ {2,}|(?<=Method) /).map((cell) => cell.trim())).toEqual(
      expect.arrayContaining(['ID', 'Join Method']),
    );
    expect(dashes).toMatch(/^-{42} /);
    const seen = withHealth
      ? '18\\.10\\.0 build-1 +- +\\d{4}-\\d\\d-\\d\\dT\\S+Z'
      : 'build-1 +\\d{4}-\\d\\d-\\d\\dT\\S+Z \\S+Z 2';
    expect(row).toMatch(new RegExp(`^robot/[0-9a-f-]{36} token +${seen} +$`));
    expect(rest).toEqual(['']);
  });

  it('takes all bots, a search text and an order', async () => {
    const names = async (...flags: string[]) =>
      (await json('bots', 'instances', 'ls', ...flags)).map(
        (item: { spec: { bot_name: string } }) => item.spec.bot_name,
      );

    expect(await names()).toEqual(['other', 'robot']);
    expect(await names('--search=BUILD')).toEqual(['robot']);
    expect(await names('--sort-index=version_latest')).toEqual(['other', 'robot']);
    expect(await names('--sort-index=version_latest', '--sort-order=descending')).toEqual(['robot', 'other']);
    expect(await names('--sort-index=host_name_latest')).toEqual(['robot', 'other']);
    expect(await names('--query=older_than(status.latest_heartbeat.version, "18.10.0")')).toEqual(['other']);
  });

  it('tells an unknown bot from one without agents, and answers to its other names', async () => {
    const bot = await newBot();

    expect(await tctl('bot', 'instance', 'ls', bot)).toMatchObject({
      status: 0,
      stdout: `No bot instances found with name "${bot}".\n`,
      stderr: '',
    });
    expect(await tctl('bots', 'instances', 'ls', 'robto')).toMatchObject({
      status: 0,
      stderr: 'WARNING: there is no bot "robto". Did you mean "robot"?\n',
    });
  });
});

describe('bots instances show', () => {
  it('tells how it joined, of the newest renewal and of the newest heartbeat', async () => {
    const { stdout } = await tctl('bots', 'instances', 'show', `robot/${idOf(agent)}`);

    const head = withHealth
      ? /^Bot: {4}robot\nID: {5}[0-9a-f-]{36}\nStatus: -\n/
      : /^Bot: robot\nID: {2}[0-9a-f-]{36}\n/;
    expect(stdout).toMatch(head);
    expect(stdout).toMatch(/\n\nInitial Authentication:\n {2}Authenticated At: \d/);
    expect(stdout).toMatch(/ {2}Join Metadata: +meta:\{join_method:"token"\}/);
    expect(stdout).toMatch(/Latest Authentication:\n(?: {2}.*\n)* {2}Generation: +2 /);
    expect(stdout).toMatch(/Latest Heartbeat:\n(?: {2}.*\n)* {2}Uptime: +5s /);
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('gives the whole record as JSON', async () => {
    expect(await json('bots', 'instances', 'get', `robot/${idOf(agent)}`)).toMatchObject({
      kind: 'bot_instance',
      spec: { bot_name: 'robot', instance_id: idOf(agent) },
    });
  });

  it.each([
    ['robot', /does not name a bot instance/],
    ['robot/a/b', /does not name a bot instance/],
    ['robot/nope', /there is no bot_instance "robot\/nope"/],
  ])('refuses %s', async (id, message) => {
    const { status, stdout, stderr } = await tctl('bots', 'instances', 'show', id);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('bots instances add', () => {
  it('makes a token that one more agent can join with', async () => {
    const { token_id: token, user_name: user } = await json('bots', 'instances', 'add', 'robot', '--ttl=10m');

    expect(user).toBe('bot-robot');
    expect(world.token(token)).toMatchObject({ spec: { botName: 'robot', joinMethod: 'token', roles: ['Bot'] } });
    const { stdout } = await tctl('bots', 'instances', 'join', 'robot');
    expect(stdout).toMatch(/--token=[0-9a-f]{32} /);
  });

  it('names the nearest bot where there is none of the name', async () => {
    expect(await tctl('bots', 'instances', 'add', 'robt')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'ERROR: there is no bot "robt"\n  Did you mean "robot"?\n',
    });
  });

  it('refuses the token of another bot', async () => {
    await world.addToken('of-other', { roles: ['Bot'], botName: 'other', joinMethod: 'token' });

    const { status, stderr } = await tctl('bots', 'instances', 'add', 'robot', '--token=of-other');

    expect(status).toBe(1);
    expect(stderr).toMatch(/belongs to the bot "other", not "robot"/);
  });
});

describe('references', () => {
  it('get bot_instance lists all, those of one bot, or one', async () => {
    const ids = async (ref: string) =>
      (await json('get', ref)).map((item: { metadata: { name: string } }) => item.metadata.name);

    expect(await ids('bot_instances')).toContain(idOf(agent));
    expect(await ids('bot_instance/robot')).toEqual([idOf(agent)]);
    expect(await ids(`bot_instance/robot/${idOf(agent)}`)).toEqual([idOf(agent)]);
    expect(await ids('bot_instance/nobody')).toEqual([]);
    expect((await tctl('get', 'bot_instance/robot', '--format=text')).stdout).toMatch(/^Bot Name Instance ID +\n/);
  });

  it('are removed, once', async () => {
    const bot = await newBot();
    const ref = `${bot}/${idOf(await world.joinBot(bot))}`;

    expect((await tctl('bots', 'instances', 'rm', ref)).stdout).toBe(`bot_instance "${ref}" has been deleted\n`);
    expect(await tctl('rm', `bot_instance/${ref}`)).toMatchObject({ status: 1, stdout: '' });
    expect((await tctl('rm', `bot_instance/${bot}`)).stderr).toMatch(/a name is missing/);
  });

  it('cannot be created', async () => {
    const { status, stderr } = await runCli(['create'], {
      env: adminEnv(world.cluster),
      stdin: 'kind: bot_instance\nversion: v1\nmetadata: {name: x}\n',
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(/resources of kind bot_instance can be shown, not written/);
  });
});

describe('lock', () => {
  boundKeypair.it('takes every target, a message and an end', async () => {
    const targets = [
      'user',
      'role',
      'login',
      'mfa-device',
      'windows-desktop',
      'access-request',
      'device',
      'server-id',
      'bot-instance-id',
      'join-token',
    ];
    const flags = targets.map((target) => `--${target}=some-${target}`);

    const { name } = await json('lock', ...flags, '--message=Closed', '--expires=2030-01-31T12:00:00Z');

    const [made] = await json('get', `lock/${name}`);
    expect(made.spec).toMatchObject({
      target: Object.fromEntries(targets.map((target) => [target.replaceAll('-', '_'), `some-${target}`])),
      message: 'Closed',
      expires: '2030-01-31T12:00:00Z',
      created_by: 'admin',
    });
    expect((await tctl('rm', `lock/${name}`)).stdout).toBe(`lock "${name}" has been deleted\n`);
  });

  it.each([
    [[], /at least one target/],
    [['--user=x', '--ttl=1h', '--expires=2030-01-01T00:00:00Z'], /exclude each other/],
    [['--user=x', '--expires=tomorrow'], /is not a time/],
    [['--user=x', '--expires=2020-01-01T00:00:00Z'], /lies in the past/],
    [['--user=x', '--ttl=-5m'], /less than nothing/],
  ])('refuses %j', async (flags, message) => {
    const { status, stdout, stderr } = await tctl('lock', ...flags);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('bots lock and unlock', () => {
  it('lock a bot out at once, and let it in again', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);

    const { stdout } = await tctl('bots', 'lock', bot, '--ttl=1h');
    const name = /^Created a lock with name "([0-9a-f-]{36})"\.\n$/.exec(stdout)?.[1];
    expect(await refusal(world.renew(holder))).toMatchObject({ message: expect.stringMatching(/^lock targeting/) });

    const unlocked = await tctl('bots', 'unlock', bot);
    expect(unlocked.stdout).toMatch(
      new RegExp(
        `^Removed lock "${name}" on user bot-${bot}\n {2}Made by admin at \\S+Z; ends \\S+Z\n {2}Message: The bot user "bot-${bot}" associated`,
      ),
    );
    await world.renew(holder);
    expect((await tctl('bots', 'unlock', bot)).stdout).toBe(`No lock keeps bot "${bot}" out.\n`);
  });

  it('tells of a lock that the cluster made because of a copied certificate, and what to do', async () => {
    const bot = await newBot();
    const stolen = await world.joinBot(bot);
    const rightful = await world.renew(stolen);
    await refusal(world.renew(stolen));

    const looked = await tctl('bots', 'unlock', bot, '--dry-run');
    expect(looked.stdout).toMatch(/^Would remove lock .* on user bot-/);
    expect(looked.stdout).toMatch(/Made by the cluster itself at \S+Z; never ends\n {2}Message: .*generation 1/);
    expect(looked.stdout).toMatch(/outdated certificate(.|\n)*tctl bots instances add/);
    expect(await refusal(world.renew(rightful))).toMatchObject({ code: 'PermissionDenied' });

    const document = await json('bots', 'unlock', bot);
    expect(document).toMatchObject({
      bot,
      locks: [{ cause: 'certificate', result: 'removed', targets: [{ part: 'user', value: `bot-${bot}` }] }],
    });
    expect((await world.renew(rightful)).identity.generation).toBe(3);
  });

  boundKeypair.it('finds locks on the role, the instances and the join tokens of the bot', async () => {
    const bot = await newBot();
    const holder = await world.joinBot(bot);
    await world.addToken(`for-${bot}`, { roles: ['Bot'], botName: bot, joinMethod: 'bound_keypair', boundKeypair: {} });
    const locks = [
      await lock({ role: `bot-${bot}` }),
      await lock({ botInstanceId: idOf(holder) }),
      await lock({ joinToken: `for-${bot}` }),
      await lock({ user: `bot-${bot}`, role: `bot-${bot}` }),
    ];
    const unrelated = await lock({ botInstanceId: idOf(agent) });

    const { locks: removed } = await json('bots', 'unlock', bot);

    expect(removed.map(({ name }: { name: string }) => name).sort()).toEqual(locks.sort());
    await world.renew(holder);
    expect(world.locks().map(({ metadata }) => metadata?.name)).toContain(unrelated);
  });

  it('leaves a lock that keeps others out too, and fails while the bot stays locked', async () => {
    const bot = await newBot(['deploy']);
    const wide = await lock({ user: `bot-${bot}`, login: 'root' });

    const { status, stdout, stderr } = await tctl('bots', 'unlock', bot);

    expect(status).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^Left lock "${wide}" on user bot-${bot}\n.*\n {2}It keeps others out too \\(login root\\)`),
    );
    expect(stderr).toMatch(/is still locked/);
    await tctl('rm', `lock/${wide}`);
    const onRole = await lock({ role: 'deploy' });
    expect(await json('bots', 'unlock', bot)).toMatchObject({ locks: [{ name: onRole, result: 'left' }] });
    await tctl('rm', `lock/${onRole}`);
  });

  it('find the locks that a removed bot left behind', async () => {
    const bot = await newBot();
    await tctl('bots', 'lock', bot);
    await tctl('bots', 'rm', bot);

    expect((await tctl('bots', 'unlock', bot)).stdout).toMatch(/^Removed lock/);
    expect(await tctl('bots', 'unlock', bot)).toMatchObject({ status: 1, stdout: '' });
  });

  it.each(['lock', 'unlock'])('bots %s names the nearest bot where there is none of the name', async (command) => {
    expect(await tctl('bots', command, 'robto')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'ERROR: there is no bot "robto"\n  Did you mean "robot"?\n',
    });
  });
});
