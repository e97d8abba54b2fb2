import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createBot,
  deleteBot,
  getBot,
  listBots,
  updateBot,
  upsertBot,
} from '../../../../src/lib/cluster/domain/bots.js';
import { createRole, getRole } from '../../../../src/lib/cluster/domain/roles.js';
import { createUser, getUser } from '../../../../src/lib/cluster/domain/users.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { BotSchema } from '../../../../src/lib/gen/teleport/machineid/v1/bot_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { ADMIN, openTestState, TEST_NOW, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(async () => {
  test = openTestState();
  await ensurePresets(test.state);
});
afterEach(() => test.close());

function bot(name: string, spec: MessageInitShape<typeof BotSchema>['spec'] = {}, labels: Record<string, string> = {}) {
  return create(BotSchema, { kind: 'bot', version: 'v1', metadata: { name, labels }, spec });
}

function traits(...pairs: [string, ...string[]][]) {
  return pairs.map(([name, ...values]) => ({ name, values }));
}

describe('creating a bot', () => {
  it('takes any name for a trait', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    await createBot(test.state, ADMIN, bot('ci', { traits: traits(...names.map((n): [string, string] => [n, 'x'])) }));
    expect(getBot(test.state, 'ci').spec?.traits.map(({ name }) => name)).toEqual(names);
  });

  it('cuts a session length that does not fit a role', async () => {
    await createBot(test.state, ADMIN, bot('ci', { maxSessionTtl: { seconds: 2n ** 61n } }));
    expect(getRole(test.state, 'bot-ci').spec?.options?.maxSessionTtl).toBe(2n ** 63n - 1n);
  });

  it('makes a user and a role of the name bot-<name>', async () => {
    const spec = { roles: ['access'], traits: traits(['logins', 'root'], ['empty'], ['logins', 'deploy']) };
    const made = await createBot(test.state, ADMIN, bot('ci runner', spec, { team: 'ci' }));
    expect(made).toMatchObject({
      kind: 'bot',
      metadata: { name: 'ci runner', labels: { team: 'ci' } },
      spec: { roles: ['access'], maxSessionTtl: { seconds: 43_200n } },
      status: { userName: 'bot-ci-runner', roleName: 'bot-ci-runner' },
    });
    expect(made.spec?.traits).toMatchObject([{ name: 'logins', values: ['root', 'deploy'] }]);

    const user = getUser(test.state, 'bot-ci-runner');
    expect(user.metadata?.labels).toEqual({
      team: 'ci',
      'teleport.internal/bot': 'ci runner',
      'teleport.internal/bot-generation': '0',
    });
    expect(user.spec).toMatchObject({
      roles: ['bot-ci-runner'],
      createdBy: { user: { name: `${ADMIN.hostId}.example.test` } },
    });
    expect(user.spec?.createdBy?.time?.seconds).toBe(BigInt(TEST_NOW.getTime() / 1000));
    expect(getRole(test.state, 'bot-ci-runner')).toMatchObject({
      version: 'v8',
      metadata: { description: 'Automatically generated role for bot ci runner' },
      spec: {
        options: { maxSessionTtl: 43_200_000_000_000n },
        allow: {
          impersonate: { roles: ['access'] },
          rules: [{ resources: ['cert_authority'], verbs: ['readnosecrets'] }],
        },
      },
    });
  });

  it.each([
    ['no bot', undefined, 'bot: must be non-nil'],
    ['no metadata', create(BotSchema, { spec: {} }), 'metadata: must be non-nil'],
    ['no name', bot(''), 'metadata.name: must be non-empty'],
    ['no spec', create(BotSchema, { metadata: { name: 'x' } }), 'spec: must be non-nil'],
    ['an empty role', bot('x', { roles: ['access', ''] }), 'spec.roles: must not contain empty strings'],
  ])('refuses %s', async (_, given, message) => {
    await expect(createBot(test.state, ADMIN, given)).rejects.toMatchObject({
      kind: 'BadParameter',
      message: `validating bot\n\t${message}`,
    });
  });

  it('refuses a name that no real cluster can store', async () => {
    await expect(createBot(test.state, ADMIN, bot('bad name!'))).rejects.toMatchObject({
      kind: 'BadParameter',
      message:
        'creating bot user\n\tspecial characters are not allowed in resource names, please use name composed only from characters, hyphens, dots, and plus signs: "/web/users/bot-bad-name!/params"',
    });
  });

  it('leaves nothing behind when the role cannot be written', async () => {
    await createRole(
      test.state,
      create(RoleV6Schema, { kind: 'role', version: 'v8', metadata: { name: 'bot-ci' }, spec: {} }),
    );
    await expect(createBot(test.state, ADMIN, bot('ci'))).rejects.toMatchObject({
      kind: 'AlreadyExists',
      message: 'creating bot role\n\trole "bot-ci" already exists',
    });
    expect(() => getUser(test.state, 'bot-ci')).toThrow('"user" "bot-ci" does not exist');
  });

  it('lets only one of two at the same time win', async () => {
    const results = await Promise.allSettled([1, 2].map(() => createBot(test.state, ADMIN, bot('ci'))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('changing a bot', () => {
  it('by upsert resets its role and keeps its generation and author', async () => {
    await createBot(test.state, ADMIN, bot('ci', { roles: ['access'], traits: traits(['logins', 'root']) }));
    const before = getUser(test.state, 'bot-ci').spec?.createdBy;
    const other = { ...ADMIN, hostId: '00000000-0000-4000-8000-000000000000' };
    const changed = await upsertBot(
      test.state,
      other,
      bot('ci', { roles: ['editor'], maxSessionTtl: { seconds: 60n } }),
    );
    expect(changed.spec).toMatchObject({ roles: ['editor'], traits: [], maxSessionTtl: { seconds: 60n } });
    expect(getUser(test.state, 'bot-ci').spec?.createdBy).toEqual(before);
  });

  it('by upsert refuses to take over a user that is no bot', async () => {
    const user = create(UserV2Schema, {
      kind: 'user',
      version: 'v2',
      metadata: { name: 'bot-ci' },
      spec: { roles: ['access'] },
    });
    await createUser(test.state, ADMIN, user);
    await expect(upsertBot(test.state, ADMIN, bot('ci'))).rejects.toMatchObject({ kind: 'BadParameter' });
  });

  it('by update touches only what the mask names', async () => {
    await createBot(test.state, ADMIN, bot('ci', { roles: ['access'], traits: traits(['logins', 'root']) }));
    const wanted = bot('ci', {
      roles: ['editor'],
      traits: traits(['logins', 'deploy']),
      maxSessionTtl: { seconds: 60n },
    });
    expect((await updateBot(test.state, wanted, ['spec.roles'])).spec).toMatchObject({
      roles: ['editor'],
      traits: [{ name: 'logins', values: ['root'] }],
      maxSessionTtl: { seconds: 43_200n },
    });
    expect((await updateBot(test.state, wanted, ['spec.traits', 'spec.max_session_ttl'])).spec).toMatchObject({
      traits: [{ name: 'logins', values: ['deploy'] }],
      maxSessionTtl: { seconds: 60n },
    });
    expect((await updateBot(test.state, bot('ci'), ['spec.max_session_ttl'])).spec?.maxSessionTtl?.seconds).toBe(
      108_000n,
    );
    expect(getBot(test.state, 'ci').spec?.roles).toEqual(['editor']);
  });

  it.each([
    [[], 'update_mask: must be non-empty'],
    [['spec.roles', 'status'], 'update_mask: unsupported path "status"'],
  ])('refuses the mask %j', async (paths, message) => {
    await expect(updateBot(test.state, bot('ci'), paths)).rejects.toMatchObject({ kind: 'BadParameter', message });
  });

  it('of a bot that is not there: names the missing user', async () => {
    await expect(updateBot(test.state, bot('nope'), ['spec.roles'])).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'getting bot user\n\tuser "bot-nope" not found',
    });
  });
});

describe('listing bots', () => {
  it('goes through all pages and leaves other users out', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await createBot(test.state, ADMIN, bot(name));
    const found: (string | undefined)[] = [];
    let token = '';
    do {
      const page = listBots(test.state, { size: 2, token });
      found.push(...page.bots.map(({ metadata }) => metadata?.name));
      token = page.nextToken;
    } while (token !== '');
    expect(found).toEqual(names);
  });
});

describe('deleting a bot', () => {
  it('removes user and role', async () => {
    await createBot(test.state, ADMIN, bot('ci'));
    await deleteBot(test.state, 'ci');
    expect(() => getBot(test.state, 'ci')).toThrow('fetching bot user\n\t"user" "bot-ci" does not exist');
    expect(() => getRole(test.state, 'bot-ci')).toThrow('role bot-ci is not found');
  });

  it('does not remove a user that belongs to another bot', async () => {
    await createBot(test.state, ADMIN, bot('ci runner'));
    await expect(deleteBot(test.state, 'ci-runner')).rejects.toMatchObject({ kind: 'BadParameter' });
    expect(getBot(test.state, 'ci runner').status?.userName).toBe('bot-ci-runner');
  });
});
