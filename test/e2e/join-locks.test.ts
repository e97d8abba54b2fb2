import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signJws } from '../../src/lib/crypto/index.js';
import { boundBots } from '../helpers/bound-bots.js';
import {
  type Connection,
  type Holding,
  type JoiningCluster,
  refusal,
  startJoiningCluster,
} from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

let world: JoiningCluster;
const { newBot, instancesOf, lock, unlock } = joiningActions(() => world);
const bound = boundBots(() => world);
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

const LOCKED = { code: 'PermissionDenied', message: expect.stringMatching(/^lock targeting .* is in force$/) };

/** Follows changes as an agent does. @returns what ends it */
async function watch({ auth }: Connection): Promise<{ ended: Promise<unknown> }> {
  const filter = { host: 'example.test' };
  const stream = auth.watchEvents({ kinds: [{ kind: 'cert_authority', filter }] })[Symbol.asyncIterator]();
  await stream.next();
  return { ended: refusal(stream.next()) };
}

const TARGETS: [string, (holder: Holding, token: string) => Record<string, string>][] = [
  ['user', ({ identity }) => ({ user: identity.username })],
  ['role', ({ identity }) => ({ role: identity.roles[0] ?? '' })],
  ['bot instance', ({ identity }) => ({ botInstanceId: identity.botInstanceId ?? '' })],
  ['join token', (_holder, token) => ({ joinToken: token })],
];

boundKeypair.describe.each(TARGETS)('a lock on the %s of a bot', (_name, target) => {
  it('refuses at once: on connections that are open, in streams that are open, and in joins', async () => {
    const machine = await bound({ recovery: { limit: 5 } });
    const { holder, joinState } = await machine.join();
    const connection = world.as(holder);
    await connection.auth.getRole({ name: `bot-${machine.bot}` });
    const { ended } = await watch(connection);

    const name = await lock(target(holder, machine.token));

    expect(await ended).toEqual(LOCKED);
    for (const call of [
      connection.auth.getRole({ name: `bot-${machine.bot}` }),
      connection.instances.submitHeartbeat({ heartbeat: {} }),
      connection.trust.getCertAuthority({ type: 'host', domain: 'example.test' }),
      world.renew(holder, { useRoleRequests: true, roleRequests: ['access'] }),
      machine.agent.join(connection, machine.token, { joinState }),
      world.as(holder).auth.getRole({ name: `bot-${machine.bot}` }),
    ]) {
      expect(await refusal(call)).toEqual(LOCKED);
    }
    const [instance] = instancesOf(machine.bot);
    expect(instance?.status?.latestAuthentications).toHaveLength(1);
    expect(instance?.status?.latestHeartbeats).toEqual([]);
    expect(machine.status().recoveryCount).toBe(1);

    await unlock(name);
    await connection.auth.getRole({ name: `bot-${machine.bot}` });
    await machine.agent.join(connection, machine.token, { joinState });
  });
});

describe('a lock', () => {
  boundKeypair.it.each(['user', 'role', 'joinToken'] as const)(
    'on the %s refuses a join that is under way; nothing is bound',
    async (field) => {
      const machine = await bound();
      const value = field === 'joinToken' ? machine.token : `bot-${machine.bot}`;
      const solve = async (...challenge: Parameters<typeof signJws>) => {
        await lock({ [field]: value });
        return signJws(...challenge);
      };
      expect(await refusal(machine.join({ solve }))).toEqual(LOCKED);
      expect(world.token(machine.token)?.status?.boundKeypair?.boundPublicKey ?? '').toBe('');
      expect(instancesOf(machine.bot)).toEqual([]);
    },
  );

  it('on a role that outputs ask for refuses those, and the identities that have it', async () => {
    await world.addBot('reader', ['auditor']);
    const own = await world.joinBot('reader');
    const output = await world.renew(own, { useRoleRequests: true, roleRequests: ['auditor'] });
    const connection = world.as(output);
    await connection.instances.listBotInstances({});
    const name = await lock({ role: 'auditor' });
    expect(await refusal(connection.instances.listBotInstances({}))).toEqual(LOCKED);
    expect(await refusal(world.renew(own, { useRoleRequests: true, roleRequests: ['auditor'] }))).toEqual(LOCKED);
    await world.renew(own);
    await unlock(name);
    await connection.instances.listBotInstances({});
  });

  it('on one bot leaves the others alone, their streams too', async () => {
    const [one, other] = [await world.joinBot(await newBot()), await world.joinBot(await newBot())];
    const connection = world.as(other);
    const { ended } = await watch(connection);
    let isEnded = false;
    void ended.then(
      () => {
        isEnded = true;
      },
      () => undefined,
    );
    await lock({ user: one.identity.username });
    await connection.auth.getRole({ name: other.identity.username });
    expect(isEnded).toBe(false);
  });
});
