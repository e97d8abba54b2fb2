import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getRole, upsertRole } from '../../../../src/lib/cluster/domain/roles.js';
import {
  createUser,
  deleteUser,
  getUser,
  listUsers,
  updateUser,
  upsertUser,
} from '../../../../src/lib/cluster/domain/users.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { type UserSpecV2Schema, UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { ADMIN, openTestState, type TestState, userCaller } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(async () => {
  test = openTestState();
  await ensurePresets(test.state);
});
afterEach(() => test.close());

const caller = userCaller('admin', ['editor']);

function user(name: string, spec: MessageInitShape<typeof UserSpecV2Schema> = {}, labels: Record<string, string> = {}) {
  return create(UserV2Schema, { kind: 'user', version: 'v2', metadata: { name, labels }, spec });
}

describe('creating a user', () => {
  it('fills in author, time and state', async () => {
    const made = await createUser(test.state, caller, user('alice', { roles: ['access'] }));
    expect(made).toMatchObject({
      spec: { roles: ['access'], createdBy: { user: { name: 'admin' } } },
      status: { passwordState: 1, mfaWeakestDevice: 1 },
    });
    expect(getUser(test.state, 'alice')).toEqual(made);
  });

  it('refuses roles that do not exist, a second user of the name, and names that cannot be stored', async () => {
    await expect(createUser(test.state, caller, user('alice', { roles: ['access', 'nope'] }))).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'role nope is not found',
    });
    await createUser(test.state, caller, user('alice'));
    await expect(createUser(test.state, caller, user('alice'))).rejects.toMatchObject({
      kind: 'AlreadyExists',
      message: 'user "alice" already registered',
    });
    await expect(createUser(test.state, caller, user('a/b'))).rejects.toMatchObject({ kind: 'BadParameter' });
  });
});

describe('what is answered to those who write users', () => {
  it('holds no secrets, neither new ones nor those that were there', async () => {
    const localAuth = { passwordHash: Buffer.from('hash') };
    const answers = [
      await createUser(test.state, caller, user('alice', { localAuth })),
      await upsertUser(test.state, caller, user('alice')),
      await updateUser(test.state, getUser(test.state, 'alice')),
    ];
    expect(answers.map(({ spec }) => spec?.localAuth)).toEqual([undefined, undefined, undefined]);
    expect(getUser(test.state, 'alice', true).spec?.localAuth).toMatchObject(localAuth);
  });
});

describe('changing a user', () => {
  it('by update needs the stored revision', async () => {
    const first = await createUser(test.state, caller, user('alice', { roles: ['access'] }));
    const second = await updateUser(test.state, first);
    const { revision } = getUser(test.state, 'alice').metadata ?? {};
    expect(second.metadata?.revision).toBe(revision);
    const stale = user('alice');
    await expect(updateUser(test.state, stale)).rejects.toMatchObject({
      kind: 'CompareFailed',
      message: expect.stringContaining('resource revision does not match'),
    });
    await expect(updateUser(test.state, user('nobody'))).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'user "nobody" not found',
    });
  });

  it('keeps author, sign-in state and secrets', async () => {
    const localAuth = { passwordHash: Buffer.from('hash') };
    const before = await upsertUser(test.state, caller, user('alice', { roles: ['access'], localAuth }));
    const after = await upsertUser(test.state, ADMIN, user('alice', { roles: ['editor'] }));
    expect(after.spec?.roles).toEqual(['editor']);
    expect(after.spec?.createdBy).toEqual(before.spec?.createdBy);
    expect(after.status).toEqual(before.status);
    expect(getUser(test.state, 'alice', true).spec?.localAuth?.passwordHash).toEqual(
      new Uint8Array(localAuth.passwordHash),
    );
  });
});

describe('reading users', () => {
  it('leaves secrets out unless they are asked for', async () => {
    await upsertUser(test.state, caller, user('alice', { localAuth: { passwordHash: Buffer.from('hash') } }));
    expect(getUser(test.state, 'alice').spec?.localAuth).toBeUndefined();
    const page = { size: 0, token: '' };
    const secrets = (withSecrets: boolean) =>
      listUsers(test.state, page, { withSecrets }).users.map(({ spec }) => spec?.localAuth !== undefined);
    expect(secrets(false)).toEqual([false, false]);
    expect(secrets(true)).toEqual([false, true]);
  });

  it('goes page by page and filters by words', async () => {
    for (const name of ['a', 'b', 'c']) await createUser(test.state, caller, user(name, {}, { team: `Team-${name}` }));
    const names = (page: { size: number; token: string }, ...searchKeywords: string[]) => {
      const filter = { $typeName: 'types.UserFilter' as const, searchKeywords };
      const { users, nextToken } = listUsers(test.state, page, { filter });
      return [users.map(({ metadata }) => metadata?.name), nextToken];
    };
    expect(names({ size: 2, token: '' })).toEqual([['a', 'admin'], 'admin']);
    expect(names({ size: 2, token: 'admin' })).toEqual([['b', 'c'], '']);
    expect(names({ size: 0, token: '' }, 'team-b')).toEqual([['b'], '']);
    expect(() => names({ size: -1, token: '' })).toThrow(expect.objectContaining({ kind: 'BadParameter' }));
  });
});

describe('deleting a user', () => {
  it('also deletes the role made for it alone', async () => {
    await createUser(test.state, caller, user('alice'));
    const own = create(RoleV6Schema, { kind: 'role', version: 'v8', metadata: { name: 'user:alice' }, spec: {} });
    await upsertRole(test.state, own);
    await deleteUser(test.state, 'alice');
    expect(() => getUser(test.state, 'alice')).toThrow('"user" "alice" does not exist');
    expect(() => getRole(test.state, 'user:alice')).toThrow('is not found');
    await expect(deleteUser(test.state, 'alice')).rejects.toMatchObject({ message: 'user "alice" not found' });
  });
});
