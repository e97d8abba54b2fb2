import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteLock, getLock, listLocks, upsertLock } from '../../../../src/lib/cluster/domain/locks.js';
import { type LockSpecV2Schema, LockTargetSchema, LockV2Schema } from '../../../../src/lib/gen/types/locks_pb.js';
import { ADMIN, openTestState, TEST_NOW, type TestState, userCaller } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(() => {
  test = openTestState();
});
afterEach(() => test.close());

const caller = userCaller('admin', ['editor']);

function lock(name: string, spec: MessageInitShape<typeof LockSpecV2Schema>) {
  return create(LockV2Schema, { kind: 'lock', version: 'v2', metadata: { name }, spec });
}

function names(...targets: MessageInitShape<typeof LockTargetSchema>[]) {
  const filter = { inForceOnly: false, targets: targets.map((target) => create(LockTargetSchema, target)) };
  return listLocks(test.state, filter).map(({ metadata }) => metadata?.name);
}

describe('locks', () => {
  it('say who made them and when', async () => {
    await upsertLock(test.state, caller, lock('l1', { target: { user: 'alice' }, message: 'left' }));
    expect(getLock(test.state, 'l1').spec).toMatchObject({
      target: { user: 'alice' },
      message: 'left',
      createdBy: 'admin',
      createdAt: timestampFromDate(TEST_NOW),
    });
    await upsertLock(test.state, ADMIN, lock('l2', { target: { user: 'alice' } }));
    expect(getLock(test.state, 'l2').spec?.createdBy).toBe('Admin');
  });

  it('need a target', async () => {
    await expect(upsertLock(test.state, caller, lock('l1', { target: {} }))).rejects.toMatchObject({
      kind: 'BadParameter',
    });
  });

  it('are found by what they are on: every field asked for must be the same', async () => {
    await upsertLock(test.state, caller, lock('l1', { target: { user: 'alice' } }));
    await upsertLock(test.state, caller, lock('l2', { target: { user: 'alice', login: 'root' } }));
    await upsertLock(test.state, caller, lock('l3', { target: { role: 'ci' } }));
    expect(names()).toEqual(['l1', 'l2', 'l3']);
    expect(names({ user: 'alice' })).toEqual(['l1', 'l2']);
    expect(names({ user: 'alice', login: 'root' })).toEqual(['l2']);
    expect(names({ role: 'ci' }, { login: 'root' })).toEqual(['l2', 'l3']);
    expect(names({ user: 'bob' })).toEqual([]);
  });

  it('whose own expiry has passed stay, but are not in force', async () => {
    const expires = new Date('2026-11-21T01:00:00Z');
    await upsertLock(
      test.state,
      caller,
      lock('l1', { target: { user: 'alice' }, expires: timestampFromDate(expires) }),
    );
    const inForce = () => listLocks(test.state, { inForceOnly: true, targets: [] }).length;
    expect(inForce()).toBe(1);
    test.setTime(expires);
    expect(inForce()).toBe(0);
    expect(names()).toEqual(['l1']);
  });

  it.each(['expires', 'createdAt'])('must name a time as %s that a date can show', async (field) => {
    const never = lock('l1', { target: { user: 'alice' }, [field]: { seconds: 10n ** 17n } });
    await expect(upsertLock(test.state, caller, never)).rejects.toMatchObject({ kind: 'BadParameter' });
  });

  it('are deleted by name', async () => {
    await upsertLock(test.state, caller, lock('l1', { target: { user: 'alice' } }));
    await deleteLock(test.state, 'l1');
    expect(() => getLock(test.state, 'l1')).toThrow('"lock" "l1" does not exist');
    await expect(deleteLock(test.state, 'l1')).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'lock "l1" is not found',
    });
  });
});
