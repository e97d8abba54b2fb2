import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Agents, startAgents } from '../../bench/agents.js';
import { BotInstanceHealthStatus } from '../../src/lib/gen/teleport/machineid/v1/bot_instance_pb.js';
import { type Holding, type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';
import { recordingLog } from '../unit/agent/silent-log.js';

removeFoldersAfterEach();

const { HEALTHY, UNHEALTHY, INITIALIZING } = BotInstanceHealthStatus;

const releases: [release: string, since184: boolean][] = [
  ['18.2.3', false],
  ['18.4.0', true],
  ['19.0.0', true],
];

describe.each(releases)('agents of a cluster that says to be %s', (serverVersion, since184) => {
  let world: JoiningCluster;
  let agent: Holding;
  const tctl = async (...args: string[]) => {
    const { stdout, stderr } = await runCli(args, { env: adminEnv(world.cluster) });
    if (stderr) throw new Error(stderr);
    return stdout;
  };
  const id = () => `robot/${agent.identity.botInstanceId}`;

  beforeAll(async () => {
    world = await startJoiningCluster({ serverVersion });
    await world.addBot('robot');
    agent = await world.joinBot('robot');
  });
  afterAll(() => world?.stop());

  it('have told of no service yet', async () => {
    const [header, , row] = (await tctl('bots', 'instances', 'ls')).split('\n');

    if (since184) {
      expect(header?.trim()).toMatch(/^ID +Join Method Version Hostname Status Last Seen$/);
      expect(row).toMatch(new RegExp(`^${id()} token +- +- +- +\\d{4}-\\S+Z +$`));
      expect(await tctl('bots', 'instances', 'show', id())).toMatch(/Services:\n {2}No reported services\.\n$/);
    } else {
      expect(header?.trim()).toMatch(/^ID +Join Method Hostname Joined +Last Seen +Generation$/);
      expect(row).toMatch(new RegExp(`^${id()} token +n/a +\\S+Z +\\S+Z +1 +$`));
    }
  });

  it('do as the worst of their services, each of which is shown', async () => {
    const since = { seconds: 1_790_000_000n };
    await world.as(agent).instances.submitHeartbeat({
      heartbeat: { hostname: 'build-1', version: '18.4.1' },
      serviceHealth: [
        { service: { type: 'identity', name: 'out' }, status: HEALTHY, updatedAt: since },
        { service: { type: 'ssh-multiplexer', name: 'mux' }, status: UNHEALTHY, reason: 'no proxy', updatedAt: since },
        { service: { type: 'internal/ca-rotation', name: 'ca-rotation' }, status: INITIALIZING, updatedAt: since },
      ],
    });
    const shown = await tctl('bots', 'instances', 'show', id());
    const [stored] = JSON.parse(await tctl('get', `bot_instance/${id()}`, '--format=json'));

    if (!since184) {
      expect(shown).not.toContain('Status');
      return expect(stored.status).not.toHaveProperty('service_health');
    }
    expect((await tctl('bots', 'instances', 'ls')).split('\n')[2]).toMatch(
      / token +18\.4\.1 +build-1 +Unhealthy \S+Z +$/,
    );
    expect(shown).toMatch(/^Bot: {4}robot\nID: {5}\S+\nStatus: ● Unhealthy\n\nInitial Authentication:\n/);
    expect(shown.slice(shown.indexOf('Services:'))).toBe(`Services:
  Name:        ca-rotation
  Type:        internal/ca-rotation
  Status:      ● Initializing
  Reported at: 2026-09-21T14:13:20Z

  Name:        mux
  Type:        ssh-multiplexer
  Status:      ● Unhealthy
  Reason:      no proxy
  Reported at: 2026-09-21T14:13:20Z

  Name:        out
  Type:        identity
  Status:      ● Healthy
  Reported at: 2026-09-21T14:13:20Z
`);
    expect(stored.status.service_health).toHaveLength(3);
  });
});

/** A pause that no time ends. */
const untilAborted = (_ms: number, signal: AbortSignal) =>
  new Promise<void>((wake) => {
    if (signal.aborted) wake();
    signal.addEventListener('abort', () => wake(), { once: true });
  });

describe('tbot', () => {
  it('tells with its first heartbeat how its services do', async () => {
    const world = await startJoiningCluster({ serverVersion: '19.0.0' });
    let agents: Agents | undefined;
    try {
      await world.addBot('daemon');
      await world.addToken('token-of-daemon', { roles: ['Bot'], botName: 'daemon', joinMethod: 'token' });
      const { promise: heartbeat, resolve } = Promise.withResolvers<void>();
      agents = await startAgents({
        authAddress: world.cluster.authAddress,
        tokens: ['token-of-daemon'],
        folder: await temporaryFolder(),
        lifetime: { ttlMs: 3_600_000, intervalMs: 600_000 },
        clock: world.now,
        pause: untilAborted,
        random: () => 0.5,
        log: recordingLog().log,
        onIteration: ({ kind, isOk }) => kind === 'submit-heartbeat' && isOk && resolve(),
      });
      await heartbeat;

      const { stdout } = await runCli(['get', 'bot_instances', '--format=json'], { env: adminEnv(world.cluster) });
      const [{ status }] = JSON.parse(stdout);

      expect(status.latest_heartbeats).toMatchObject([{ kind: 'BOT_KIND_TBOT' }]);
      expect(status.service_health).toMatchObject([
        { service: { type: 'internal/identity', name: 'identity' }, status: 'BOT_INSTANCE_HEALTH_STATUS_HEALTHY' },
        { service: { type: 'identity' }, status: 'BOT_INSTANCE_HEALTH_STATUS_HEALTHY' },
        { service: { type: 'internal/ca-rotation' }, status: 'BOT_INSTANCE_HEALTH_STATUS_HEALTHY' },
      ]);
    } finally {
      await agents?.stop();
      await world.stop();
    }
  });
});
