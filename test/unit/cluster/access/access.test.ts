import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requireAccess, requireIdentity } from '../../../../src/lib/cluster/auth/access.js';
import type { Caller } from '../../../../src/lib/cluster/auth/caller.js';
import type { Verb } from '../../../../src/lib/cluster/auth/rules.js';
import { deleteLock, upsertLock } from '../../../../src/lib/cluster/domain/locks.js';
import { deleteRole, upsertRole } from '../../../../src/lib/cluster/domain/roles.js';
import { deleteUser, upsertUser } from '../../../../src/lib/cluster/domain/users.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { LockV2Schema } from '../../../../src/lib/gen/types/locks_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { ADMIN, openTestState, type TestState, userCaller } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(async () => {
  test = openTestState();
  await ensurePresets(test.state);
});
afterEach(() => test.close());

const admin = userCaller('admin', ['editor', 'access', 'auditor']);
const REFUSED = (verb: string, kind: string) => `access denied to perform action "${verb}" on "${kind}"`;

function hasAccess(caller: Caller, kind: string, ...verbs: Verb[]): boolean {
  try {
    requireAccess(test.state, caller, kind, ...verbs);
    return true;
  } catch {
    return false;
  }
}

async function addUser(name: string, roles: string[]) {
  const user = create(UserV2Schema, { kind: 'user', version: 'v2', metadata: { name }, spec: { roles } });
  await upsertUser(test.state, ADMIN, user);
}

async function addRole(name: string, rules: { resources: string[]; verbs: string[] }[], deny: typeof rules = []) {
  const spec = { allow: { rules }, deny: { rules: deny } };
  await upsertRole(test.state, create(RoleV6Schema, { kind: 'role', version: 'v8', metadata: { name }, spec }));
}

describe('access', () => {
  it('is open for the built-in Admin, closed for other parts of the cluster and for strangers', () => {
    expect(hasAccess(ADMIN, 'cert_authority', 'read', 'delete')).toBe(true);
    expect(hasAccess({ kind: 'builtin', role: 'Node', hostId: 'h1' }, 'token', 'read')).toBe(false);
    expect(() => requireAccess(test.state, { kind: 'anonymous' }, 'token', 'read')).toThrow(REFUSED('read', 'token'));
    expect(() => requireIdentity(test.state, { kind: 'anonymous' })).toThrow(
      expect.objectContaining({ kind: 'AccessDenied' }),
    );
  });

  it('of the preset administrator: tokens, bots, users, roles, locks, settings; no private keys', () => {
    for (const kind of [
      'token',
      'bot',
      'user',
      'role',
      'lock',
      'cluster_auth_preference',
      'session_recording_config',
    ]) {
      expect(() => requireAccess(test.state, admin, kind, 'list', 'read', 'create', 'update', 'delete')).not.toThrow();
    }
    expect(() => requireAccess(test.state, admin, 'cert_authority', 'list', 'readnosecrets')).not.toThrow();
    expect(() => requireAccess(test.state, admin, 'cert_authority', 'read')).toThrow(REFUSED('read', 'cert_authority'));
  });

  it('of an auditor: reads, and is told each verb that it may not do', async () => {
    await addUser('ada', ['auditor']);
    const ada = userCaller('ada', ['auditor']);
    expect(hasAccess(ada, 'bot_instance', 'list', 'read')).toBe(true);
    expect(() => requireAccess(test.state, ada, 'token', 'create', 'update')).toThrow(
      `${REFUSED('create', 'token')}, ${REFUSED('update', 'token')}`,
    );
    expect(() => requireAccess(test.state, ada, 'bot_instance', 'read', 'delete')).toThrow(
      REFUSED('delete', 'bot_instance'),
    );
  });

  it('is closed by a lock that names the user or a role among other things', async () => {
    await addUser('carl', ['access']);
    const carl = userCaller('carl', ['access']);
    const target = { user: 'carl', login: 'root' };
    const lock = create(LockV2Schema, { metadata: { name: 'l1' }, spec: { target } });
    await upsertLock(test.state, ADMIN, lock);
    expect(() => requireIdentity(test.state, carl)).toThrow('lock targeting User:"carl"');

    const role = create(LockV2Schema, { metadata: { name: 'l1' }, spec: { target: { role: 'access', user: 'x' } } });
    await upsertLock(test.state, ADMIN, role);
    expect(() => requireIdentity(test.state, carl)).toThrow('lock targeting');
  });

  it('follows a role as it is changed', async () => {
    await addRole('ci', [{ resources: ['token'], verbs: ['read'] }]);
    await addUser('carl', ['ci']);
    const carl = userCaller('carl', ['ci']);
    expect(hasAccess(carl, 'token', 'read')).toBe(true);
    await addRole('ci', [{ resources: ['token'], verbs: ['read'] }], [{ resources: ['token'], verbs: ['*'] }]);
    expect(hasAccess(carl, 'token', 'read')).toBe(false);
  });

  it('ends when the user or one of its roles is gone', async () => {
    await addRole('ci', [{ resources: ['token'], verbs: ['read'] }]);
    await addUser('carl', []);
    const carl = userCaller('carl', ['ci']);
    await deleteRole(test.state, 'ci');
    expect(() => requireAccess(test.state, carl, 'token', 'read')).toThrow('role "ci" does not exist');
    await deleteUser(test.state, 'carl');
    expect(() => requireIdentity(test.state, carl)).toThrow('user "carl" does not exist');
  });

  it('is refused while a lock on the user or on a role is in force', async () => {
    const expires = new Date('2026-11-21T01:00:00Z');
    const target = { user: 'admin' };
    const spec = { target, expires: timestampFromDate(expires) };
    await upsertLock(
      test.state,
      ADMIN,
      create(LockV2Schema, { kind: 'lock', version: 'v2', metadata: { name: 'l1' }, spec }),
    );
    expect(() => requireAccess(test.state, admin, 'token', 'read')).toThrow('lock targeting User:"admin" is in force');
    test.setTime(expires);
    expect(hasAccess(admin, 'token', 'read')).toBe(true);

    const onRole = create(LockV2Schema, {
      kind: 'lock',
      version: 'v2',
      metadata: { name: 'l2' },
      spec: { target: { role: 'auditor' } },
    });
    await upsertLock(test.state, ADMIN, onRole);
    expect(() => requireIdentity(test.state, admin)).toThrow('lock targeting Role:"auditor" is in force');
  });

  it('ends at once for a caller that had it: by a lock, by the loss of the user', async () => {
    await addRole('ci', [{ resources: ['token'], verbs: ['read'] }]);
    await addUser('carl', ['ci']);
    const carl = userCaller('carl', ['ci']);
    expect(hasAccess(carl, 'token', 'read')).toBe(true);

    const spec = { target: { role: 'ci' } };
    const lock = create(LockV2Schema, { kind: 'lock', version: 'v2', metadata: { name: 'l1' }, spec });
    await upsertLock(test.state, ADMIN, lock);
    expect(hasAccess(carl, 'token', 'read')).toBe(false);
    await deleteLock(test.state, 'l1');
    expect(hasAccess(carl, 'token', 'read')).toBe(true);

    await deleteUser(test.state, 'carl');
    expect(hasAccess(carl, 'token', 'read')).toBe(false);
  });

  it('ends when the user or a role expires, and returns when the clock is set back', async () => {
    const roleEnds = new Date('2026-11-21T01:00:00Z');
    const userEnds = new Date('2026-11-21T02:00:00Z');
    const metadata = (name: string, expires: Date) => ({ name, expires: timestampFromDate(expires) });
    const spec = { allow: { rules: [{ resources: ['token'], verbs: ['read'] }] } };
    await addRole('kept', spec.allow.rules);
    await upsertRole(
      test.state,
      create(RoleV6Schema, { kind: 'role', version: 'v8', metadata: metadata('ci', roleEnds), spec }),
    );
    await upsertUser(
      test.state,
      ADMIN,
      create(UserV2Schema, { kind: 'user', version: 'v2', metadata: metadata('carl', userEnds), spec: {} }),
    );
    const both = userCaller('carl', ['kept', 'ci']);
    const one = userCaller('carl', ['kept']);
    expect([both, one].map((caller) => hasAccess(caller, 'token', 'read'))).toEqual([true, true]);
    test.setTime(roleEnds);
    expect([both, one].map((caller) => hasAccess(caller, 'token', 'read'))).toEqual([false, true]);
    test.setTime(userEnds);
    expect([both, one].map((caller) => hasAccess(caller, 'token', 'read'))).toEqual([false, false]);
    test.setTime(new Date('2026-11-21T00:30:00Z'));
    expect([both, one].map((caller) => hasAccess(caller, 'token', 'read'))).toEqual([true, true]);
  });

  it('ends when the clock is set back to where a lock was in force', async () => {
    const expires = new Date('2026-11-21T01:00:00Z');
    const spec = { target: { user: 'admin' }, expires: timestampFromDate(expires) };
    await upsertLock(
      test.state,
      ADMIN,
      create(LockV2Schema, { kind: 'lock', version: 'v2', metadata: { name: 'l1' }, spec }),
    );
    test.setTime(expires);
    expect(hasAccess(admin, 'token', 'read')).toBe(true);
    test.setTime(new Date('2026-11-21T00:30:00Z'));
    expect(hasAccess(admin, 'token', 'read')).toBe(false);
  });

  it('is not refused by a lock on something else', async () => {
    for (const target of [{ user: 'bob' }, { role: 'requester' }, { login: 'root' }]) {
      const name = Object.keys(target)[0];
      await upsertLock(test.state, ADMIN, create(LockV2Schema, { metadata: { name }, spec: { target } }));
    }
    expect(hasAccess(admin, 'token', 'read')).toBe(true);
  });
});
