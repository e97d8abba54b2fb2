import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { upsertToken } from '../../src/lib/cluster/domain/tokens.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { boundKeypair } from '../helpers/since-release.js';
import { type Machine, type MachineOptions, newMachine, type OneShotRun } from '../helpers/tbot-machine.js';
import { removeFoldersAfterEach } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let world: JoiningCluster;
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(() => world.stop());

const hook = pathToFileURL(join(import.meta.dirname, '../helpers/kill-at-write.mjs')).href;
/** The first durable write of what the cluster has answered. */
const ANSWER = '.tbot-pending-identity.json';
const MOST_CHANGES = 60;
/** Many starts: without outputs, which have no state. */
const BARE = { outputs: '[]' };
let bots = 0;

async function tokenMachine(options: Partial<MachineOptions> = {}): Promise<Machine> {
  const bot = `token-${++bots}`;
  await world.addBot(bot);
  const token = `one-time-token-of-${bot}`;
  await world.addToken(token, { roles: ['Bot'], botName: bot, joinMethod: 'token' });
  const onboarding = `{join_method: token, token: ${token}}`;
  return newMachine({ authServer: world.cluster.authAddress, onboarding, ...options });
}

interface BoundMachine extends Machine {
  /** Changes the token as "tctl edit" would. */
  edit(change: { limit?: number; rotateAfter?: Date }): Promise<void>;
}

async function boundMachine(options: Partial<MachineOptions> = {}): Promise<BoundMachine> {
  const bot = `bound-${++bots}`;
  const secret = `registration-secret-of-${bot}`;
  const name = `${bot}-token`;
  await world.addBot(bot);
  await world.addToken(name, {
    roles: ['Bot'],
    botName: bot,
    joinMethod: 'bound_keypair',
    boundKeypair: { onboarding: { registrationSecret: secret }, recovery: { limit: 1, mode: 'standard' } },
  });
  const onboarding = `{join_method: bound_keypair, token: ${name}, bound_keypair: {registration_secret: ${secret}}}`;
  const machine = await newMachine({ authServer: world.cluster.authAddress, onboarding, ...options });
  return {
    ...machine,
    async edit({ limit, rotateAfter }) {
      const token = world.token(name);
      const spec = token?.spec?.boundKeypair;
      if (token === undefined || spec?.recovery === undefined) throw new Error(`${name} is gone`);
      if (limit !== undefined) spec.recovery.limit = limit;
      if (rotateAfter !== undefined) spec.rotateAfter = timestampFromDate(rotateAfter);
      await upsertToken(world.cluster.state, token);
    },
  };
}

function killed(machine: Machine, when: Record<string, string>): Promise<OneShotRun> {
  const env = { NODE_OPTIONS: `--import ${hook}`, KILL_FOLDER: machine.storage, ...when };
  return machine.oneShot({ env });
}

/** Kills the agent in each change of its storage in turn, a new machine each time, and shows that the next start goes on. */
async function killNewMachines(next: () => Promise<Machine>): Promise<void> {
  for (let change = 1; change < MOST_CHANGES; change++) {
    const machine = await next();
    const { signal, status } = await killed(machine, { KILL_AT: String(change) });
    if (signal === null) {
      expect({ change, status }).toMatchObject({ status: 0 });
      expect(change).toBeGreaterThan(10);
      return;
    }
    await goesOn(machine, change);
  }
  throw new Error('the agent changes its storage without end');
}

/** The same on one machine that has joined: each start goes on from where the one before was killed, and is killed later. */
async function killOneMachine(machine: Machine, prepare: () => Promise<void> = async () => undefined): Promise<void> {
  expect(await machine.oneShot()).toMatchObject({ status: 0 });
  for (let change = 1; change < MOST_CHANGES; change++) {
    await prepare();
    const run = await killed(machine, { KILL_AT: String(change) });
    if (run.signal === null) {
      expect({ change, log: run.log, status: run.status }).toMatchObject({ status: 0 });
      expect(change).toBeGreaterThan(10);
      return goesOn(machine, change);
    }
  }
  throw new Error('the agent changes its storage without end');
}

async function goesOn(machine: Machine, change: number): Promise<void> {
  const again = await machine.oneShot();
  expect({ change, ...again }).toMatchObject({ signal: null, status: 0, summary: { status: 'ok' } });
  expect({ change, warning: again.summary?.identity?.warning }).toEqual({ change });
  expect(await temporaryFiles(machine)).toEqual([]);
  expect(world.locks()).toEqual([]);
}

async function temporaryFiles({ storage }: Machine): Promise<string[]> {
  return (await readdir(storage)).filter((name) => /\.[0-9a-f]{12}$|tbot-/.test(name));
}

describe('the agent, killed in any change of its storage, goes on at its next start without a lock', () => {
  it('at its first join with a token', () => killNewMachines(() => tokenMachine(BARE)), 180_000);

  it('at a renewal', async () => killOneMachine(await tokenMachine(BARE)), 180_000);

  boundKeypair.it('at its first join with a bound key', () => killNewMachines(() => boundMachine(BARE)), 180_000);

  boundKeypair.it('at a renewal with a bound key', async () => killOneMachine(await boundMachine(BARE)), 180_000);

  boundKeypair.it(
    'at the rotation of its bound key',
    async () => {
      const machine = await boundMachine(BARE);
      await killOneMachine(machine, async () => {
        world.advance(1_000);
        await machine.edit({ rotateAfter: world.now() });
      });
    },
    180_000,
  );
});

describe('the agent, killed between the answer of the cluster and its first write', () => {
  it('keeps its identity until it expires, does not have the bot locked, and says what to do (token)', async () => {
    const machine = await tokenMachine();
    await machine.oneShot();
    expect(await killed(machine, { KILL_OPENING: ANSWER })).toMatchObject({ signal: 'SIGKILL' });

    for (const _ of ['next start', 'and again'])
      expect(await machine.oneShot()).toMatchObject({
        status: 0,
        summary: {
          identity: { generation: 1, warning: expect.stringMatching(/cut off.*token/) },
          outputs: [{ status: 'ok' }],
        },
      });
    expect(world.locks()).toEqual([]);
  }, 60_000);

  boundKeypair.it(
    'recovers by itself where the limit allows it, and when it is raised (bound key)',
    async () => {
      const machine = await boundMachine();
      await machine.oneShot();
      await killed(machine, { KILL_OPENING: ANSWER });

      expect(await machine.oneShot()).toMatchObject({
        status: 0,
        summary: { identity: { generation: 1, warning: expect.stringMatching(/limit/) } },
      });
      await machine.edit({ limit: 2 });
      const recovered = await machine.oneShot();
      expect(recovered).toMatchObject({ status: 0, summary: { identity: { generation: 1 } } });
      expect(recovered.summary?.identity).not.toHaveProperty('warning');
      expect(world.locks()).toEqual([]);
    },
    60_000,
  );

  boundKeypair.it.each([
    ['token', tokenMachine, /token expired or not found.*was cut off.*new token/],
    ['bound_keypair', boundMachine, /was cut off.*limit/],
  ])('says that its first join may have used the token up (%s)', async (_, make, words) => {
    const machine = await make();
    await killed(machine, { KILL_OPENING: ANSWER });

    expect(await machine.oneShot()).toMatchObject({ status: 1, summary: { error: expect.stringMatching(words) } });
    expect(world.locks()).toEqual([]);
  });
});
