import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureLog, startAgents } from '../../bench/agents.js';
import type { Iteration } from '../../src/lib/agent/health.js';
import { type JoiningCluster, startJoiningCluster } from '../helpers/joining.js';
import { MovedTime } from '../helpers/moved-time.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

const AGENTS = 20;
const RENEWALS = 10;
/** Renewal of the identity, the output, the heartbeat, the watch of the authorities. */
const TASKS = 4;

let world: JoiningCluster;
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(() => world.stop());

describe('many agents with one-minute certificates', () => {
  it('renew them again and again without a failure, and no bot is locked', async () => {
    const tokens = await Promise.all(Array.from({ length: AGENTS }, (_, index) => addToken(`bot-${index}`)));
    const time = new MovedTime(world);
    const failures: string[] = [];
    const done: Iteration[] = [];
    const agents = await startAgents({
      authAddress: world.cluster.authAddress,
      tokens,
      folder: await temporaryFolder(),
      lifetime: { ttlMs: 60_000, intervalMs: 20_000 },
      clock: world.now,
      pause: time.pause,
      random: () => 0.5,
      log: failureLog(failures),
      onIteration: (iteration) => done.push(iteration),
    });
    const generations = () => agents.identities.map(({ current }) => current.subject.generation ?? 0);
    while (Math.min(...generations()) <= RENEWALS) await time.passTo(AGENTS * TASKS);
    await agents.stop();

    expect(failures.filter((line) => !line.startsWith('joining without proof'))).toEqual([]);
    expect(done.filter(({ kind }) => kind === 'output-renewal').length).toBeGreaterThanOrEqual(AGENTS * RENEWALS);
    expect(done.filter(({ isOk }) => !isOk)).toEqual([]);
    expect(world.locks()).toEqual([]);
  }, 180_000);
});

async function addToken(bot: string): Promise<string> {
  await world.addBot(bot);
  const token = `one-time-token-of-${bot}`;
  await world.addToken(token, { roles: ['Bot'], botName: bot, joinMethod: 'token' });
  return token;
}
