import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Agents, startAgents } from '../../bench/agents.js';
import type { Iteration } from '../../src/lib/agent/health.js';
import { getCertAuthority } from '../../src/lib/cluster/domain/cert-authorities.js';
import { putStored } from '../../src/lib/cluster/domain/stored-message.js';
import { CertAuthorityV2Schema } from '../../src/lib/gen/types/cert_authorities_pb.js';
import { RotationSchema } from '../../src/lib/gen/types/rotation_pb.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { MovedTime } from '../helpers/moved-time.js';
import { startTcpGate, type TcpGate } from '../helpers/tcp-gate.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';
import { recordingLog } from '../unit/agent/silent-log.js';

removeFoldersAfterEach();

const HOUR_MS = 3_600_000;
/** Pauses of an agent that has nothing to do: renewal, heartbeat, output, watch of the authorities. */
const IDLE = 4;

let world: JoiningCluster;
let gate: TcpGate;
beforeAll(async () => {
  world = await startJoiningCluster();
  gate = await startTcpGate(world.cluster.authAddress);
});
afterAll(async () => {
  gate.close();
  await world.stop();
});

/** Writes one of the cluster's authorities as a step of a rotation would. */
async function rotate(type: string, phase: string): Promise<void> {
  const { state } = world.cluster;
  const authority = getCertAuthority(state, { type, domain: state.clusterName }, true);
  if (authority.spec === undefined) throw new Error('the authority is empty');
  authority.spec.rotation = create(RotationSchema, { state: 'in_progress', phase });
  const name = `${type}/${state.clusterName}`;
  await state.store.write((transaction) =>
    putStored(transaction, CertAuthorityV2Schema, 'cert_authority', name, authority),
  );
}

interface Running {
  /** Storage of the agent. */
  folder: string;
  reload(): void;
  agents: Agents;
  time: MovedTime;
  lines: string[];
  generation(): number;
  /** How often the output was written. */
  outputs(): number;
  isReady(): boolean;
}

/** One agent that renews every ten minutes and has done its first work. */
async function startAgent(bot: string, lifetime = { ttlMs: 10 * HOUR_MS, intervalMs: HOUR_MS / 6 }): Promise<Running> {
  await world.addBot(bot);
  const token = `one-time-token-of-${bot}`;
  await world.addToken(token, { roles: ['Bot'], botName: bot, joinMethod: 'token' });
  const time = new MovedTime(world);
  const done: Iteration[] = [];
  const { log, lines } = recordingLog();
  const folder = await temporaryFolder();
  let wish = new AbortController();
  const agents = await startAgents({
    authAddress: gate.address,
    tokens: [token],
    folder,
    lifetime,
    nextReload() {
      if (wish.signal.aborted) wish = new AbortController();
      return wish.signal;
    },
    clock: world.now,
    pause: time.pause,
    random: () => 0.5,
    log,
    onIteration: (iteration) => done.push(iteration),
  });
  await time.settled(IDLE);
  return {
    folder: join(folder, '0'),
    reload: () => wish.abort(),
    agents,
    time,
    lines,
    generation: () => agents.identities[0]?.current.subject.generation ?? 0,
    outputs: () => done.filter(({ kind, isOk }) => kind === 'output-renewal' && isOk).length,
    isReady: () => agents.healths.every(({ isReady }) => isReady),
  };
}

describe('a rotation of the cluster authorities', () => {
  it.each(['host', 'user', 'db'])(
    'has everything renewed ten seconds after a change of %s',
    async (type) => {
      const { agents, time, generation, outputs } = await startAgent(`rotated-${type}`);
      const before = world.now().getTime();

      await rotate(type, 'update_clients');
      await time.settled(IDLE + 1); // ten seconds are waited for further changes
      await rotate('user', 'update_clients');
      await time.passTo(IDLE + 1);
      await time.until(() => outputs() === 2);
      await time.settled(IDLE);

      const tookMs = world.now().getTime() - before;
      expect(tookMs).toBeGreaterThanOrEqual(10_000);
      expect(tookMs).toBeLessThan(HOUR_MS / 7);
      expect({ generation: generation(), outputs: outputs() }).toEqual({ generation: 2, outputs: 2 });
      await agents.stop();
    },
    60_000,
  );

  it('is passed over in steps that change no file', async () => {
    const { agents, time, lines } = await startAgent('quiet');

    for (const phase of ['init', 'update_servers', 'update_clients']) await rotate('host', phase);
    await time.settled(IDLE + 1);

    expect(lines.filter((line) => /authorities of the cluster change/.test(line))).toEqual([
      expect.stringMatching(/phase:update_clients/),
    ]);
    await agents.stop();
  }, 60_000);
});

describe('a reload', () => {
  it('writes the outputs also while the identity cannot be renewed, and renews it when it can', async () => {
    const { folder, agents, time, lines, generation, outputs, reload } = await startAgent('reloaded');
    await rename(folder, `${folder}-away`);
    await writeFile(folder, 'no folder');

    reload();
    await time.until(() => outputs() === 2);
    await time.settled(IDLE);
    expect(lines.join('')).toMatch(/renewing the bot identity failed; going on with the one before/);
    expect(generation()).toBe(1);

    await rm(folder);
    await rename(`${folder}-away`, folder);
    await time.passTo(IDLE);
    await time.until(() => generation() === 2);
    await agents.stop();
  }, 60_000);
});

describe('an interval that is longer than certificates last', () => {
  it('has them renewed before they expire', async () => {
    const { agents, time, lines, generation, outputs } = await startAgent('short-lived', {
      ttlMs: HOUR_MS / 6,
      intervalMs: HOUR_MS,
    });
    const before = world.now().getTime();
    while (world.now().getTime() - before < HOUR_MS) await time.passTo(IDLE);
    await time.settled(IDLE);

    expect(lines.filter((line) => /expired|failed/.test(line))).toEqual([]);
    expect(generation()).toBeGreaterThan(6);
    expect(outputs()).toBeGreaterThan(6);
    await agents.stop();
  }, 60_000);
});

describe('a long outage', () => {
  it('ends nothing: it is told when each thing is tried again, and all is renewed when it is over', async () => {
    const { agents, time, lines, generation, outputs, isReady } = await startAgent('outage');
    expect(isReady()).toBe(true);
    const before = { outputs: outputs(), generation: generation(), time: world.now().getTime() };

    gate.shut();
    while (world.now().getTime() - before.time < 0.7 * HOUR_MS) await time.passTo(IDLE - 1);
    expect(isReady()).toBe(false);
    expect({ generation: generation(), outputs: outputs() }).toMatchObject({
      generation: before.generation,
      outputs: before.outputs,
    });
    for (const what of ['renewing the bot identity', 'writing identity-1', 'the heartbeat', 'watching the authorities'])
      expect(lines.join('')).toMatch(new RegExp(`${what} failed error:.*attempt:9 next_attempt:\\d{4}-`));

    await rotate('db', 'update_clients'); // nobody can tell the agent
    gate.open();
    while (generation() === before.generation || outputs() === before.outputs || !isReady())
      await time.passTo(IDLE - 1);
    while (!/authorities of the cluster change/.test(lines.join(''))) await time.passTo(IDLE - 1);
    await agents.stop();
    expect(world.locks()).toEqual([]);
  }, 120_000);
});
