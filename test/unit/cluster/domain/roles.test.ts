import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  updateRole,
  upsertRole,
} from '../../../../src/lib/cluster/domain/roles.js';
import { upsertUser } from '../../../../src/lib/cluster/domain/users.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { type RoleSpecV6Schema, RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { ADMIN, openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(async () => {
  test = openTestState();
  await ensurePresets(test.state);
});
afterEach(() => test.close());

const PRESETS = ['access', 'auditor', 'editor', 'terraform-provider', 'wildcard-workload-identity-issuer'];

function role(name: string, spec: MessageInitShape<typeof RoleSpecV6Schema> = {}, labels: Record<string, string> = {}) {
  return create(RoleV6Schema, { kind: 'role', version: 'v8', metadata: { name, labels }, spec });
}

describe('roles', () => {
  it('are stored with the defaults of their version', async () => {
    await createRole(test.state, role('ci'));
    expect(getRole(test.state, 'ci').spec?.options).toMatchObject({
      maxSessionTtl: 108_000_000_000_000n,
      certFormat: 'standard',
      enhancedRecording: ['command', 'network'],
      recordSession: { desktop: { value: true }, default: 'best_effort' },
    });
  });

  it('cannot be created twice, be called like a part of the cluster, or come back from a downgrade', async () => {
    await createRole(test.state, role('ci'));
    await expect(createRole(test.state, role('ci'))).rejects.toMatchObject({
      kind: 'AlreadyExists',
      message: 'role "ci" already exists',
    });
    await expect(upsertRole(test.state, role('Admin'))).rejects.toMatchObject({
      kind: 'BadParameter',
      message: expect.stringMatching(/^metadata.name: /),
    });
    await expect(upsertRole(test.state, role('x', {}, { 'teleport.internal/downgraded': 'v7' }))).rejects.toMatchObject(
      {
        kind: 'BadParameter',
      },
    );
  });

  it('are updated only from the stored revision', async () => {
    const first = await createRole(test.state, role('ci'));
    await updateRole(test.state, first);
    await expect(updateRole(test.state, role('ci'))).rejects.toMatchObject({ kind: 'CompareFailed' });
    await expect(updateRole(test.state, role('nope'))).rejects.toMatchObject({ message: 'role nope is not found' });
  });

  it('cannot be deleted while a user holds them', async () => {
    await createRole(test.state, role('ci'));
    const holder = (...roles: string[]) =>
      create(UserV2Schema, { kind: 'user', version: 'v2', metadata: { name: 'alice' }, spec: { roles } });
    await upsertUser(test.state, ADMIN, holder('ci'));
    await expect(deleteRole(test.state, 'ci')).rejects.toMatchObject({
      kind: 'Unknown',
      message: expect.stringContaining('failed to delete a role that is still in use by'),
    });
    await upsertUser(test.state, ADMIN, holder());
    await deleteRole(test.state, 'ci');
    await expect(deleteRole(test.state, 'ci')).rejects.toMatchObject({
      kind: 'NotFound',
      message: 'role "ci" is not found',
    });
  });

  it('are listed in pages, by part of their name', () => {
    const names = (size: number, token: string, ...searchKeywords: string[]) => {
      const filter = { $typeName: 'types.RoleFilter' as const, searchKeywords, skipSystemRoles: false };
      const { roles, nextToken } = listRoles(test.state, { size, token }, filter);
      return { names: roles.map(({ metadata }) => metadata?.name), nextToken };
    };
    expect(names(0, '')).toEqual({ names: PRESETS, nextToken: '' });
    expect(names(3, '')).toEqual({ names: PRESETS.slice(0, 3), nextToken: 'editor' });
    expect(names(3, 'editor')).toEqual({ names: PRESETS.slice(3), nextToken: '' });
    expect(names(0, '', 'Edit').names).toEqual(['editor']);
    expect(() => names(16_001, '')).toThrow(expect.objectContaining({ kind: 'BadParameter' }));
  });
});

describe('presets', () => {
  it('stay as they were changed when the cluster starts again', async () => {
    const editor = getRole(test.state, 'editor');
    if (editor.metadata) editor.metadata.description = 'ours';
    await upsertRole(test.state, editor);
    await ensurePresets(test.state);
    expect(getRole(test.state, 'editor').metadata?.description).toBe('ours');
  });
});
