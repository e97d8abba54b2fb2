import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { MFADeviceKind, PasswordState, UserV2Schema } from '../../gen/types/users_pb.js';
import {
  AUTH_PREFERENCE,
  ensureClusterName,
  ensureSingleton,
  NETWORKING_CONFIG,
  RECORDING_CONFIG,
} from '../domain/cluster-config.js';
import { insertRole } from '../domain/roles.js';
import { insertUser, withAuthor } from '../domain/users.js';
import type { ClusterState } from '../state.js';
import { presetRoles } from './roles.js';

/** The user that a new cluster is administered as, and its roles. */
export const ADMIN_USER = { name: 'admin', roles: ['editor', 'access', 'auditor'] } as const;

/**
 * Gives a cluster what every one has: its name, its settings, the preset roles and an administrator.
 * What is there already stays as it is, so that this may run at every start.
 */
export async function ensurePresets(state: ClusterState): Promise<void> {
  await Promise.all([
    ensureClusterName(state, randomUUID),
    ensureSingleton(state, AUTH_PREFERENCE),
    ensureSingleton(state, NETWORKING_CONFIG),
    ensureSingleton(state, RECORDING_CONFIG),
    state.store.write((transaction) => {
      for (const role of presetRoles()) {
        if (transaction.get('role', role.metadata?.name ?? '') === undefined) insertRole(transaction, role);
      }
      if (transaction.get('user', ADMIN_USER.name) === undefined) insertUser(transaction, adminUser(state));
    }),
  ]);
}

function adminUser(state: ClusterState) {
  const user = create(UserV2Schema, {
    kind: 'user',
    version: 'v2',
    metadata: { name: ADMIN_USER.name, namespace: 'default' },
    spec: { roles: [...ADMIN_USER.roles] },
    status: {
      passwordState: PasswordState.UNSET,
      mfaWeakestDevice: MFADeviceKind.MFA_DEVICE_KIND_UNSET,
    },
  });
  return withAuthor(state, { kind: 'builtin', role: 'Admin', hostId: state.hostId }, user);
}
