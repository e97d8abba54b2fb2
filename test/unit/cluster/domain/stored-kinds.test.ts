import { create, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRole } from '../../../../src/lib/cluster/domain/roles.js';
import { createUser } from '../../../../src/lib/cluster/domain/users.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { PresenceService } from '../../../../src/lib/gen/teleport/presence/v1/presence_service_pb.js';
import { WorkloadIdentityResourceService } from '../../../../src/lib/gen/teleport/workloadidentity/v1/resource_service_pb.js';
import { RemoteClusterV3Schema } from '../../../../src/lib/gen/types/remote_clusters_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import { ADMIN, openTestState, type TestState, transportAs, userCaller } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeEach(() => {
  test = openTestState();
});
afterEach(() => test.close());

const client = (caller = ADMIN as Parameters<typeof transportAs>[1]) =>
  createClient(AuthService, transportAs(test.state, caller));

describe('the maintenance window', () => {
  it('is only replaced by who knows its nonce, or does not care', async () => {
    const auth = client();
    await auth.updateClusterMaintenanceConfig({ spec: { agentUpgrades: { utcStartHour: 1 } } });
    await expect(auth.updateClusterMaintenanceConfig({ spec: {} })).rejects.toThrow('changed meanwhile');
    const { nonce } = await auth.getClusterMaintenanceConfig({});
    await auth.updateClusterMaintenanceConfig({ nonce, spec: { agentUpgrades: { utcStartHour: 2 } } });
    await auth.updateClusterMaintenanceConfig({ nonce: 2n ** 64n - 1n, spec: { agentUpgrades: { utcStartHour: 3 } } });
    expect(await auth.getClusterMaintenanceConfig({})).toMatchObject({
      nonce: nonce + 2n,
      spec: { agentUpgrades: { utcStartHour: 3 } },
    });
  });
});

describe('nodes', () => {
  it('are listed page by page for those whose roles open them', async () => {
    for (const env of ['dev', 'dev', 'prod']) {
      const metadata = { labels: { env } };
      await client().upsertNode({ kind: 'node', subKind: 'openssh', metadata, spec: { addr: 'a:22', hostname: env } });
    }
    const nodeLabels = { labels: { env: { values: ['dev'] } } };
    await createRole(test.state, create(RoleV6Schema, named('dev', { spec: { allow: { nodeLabels } } }, 'v7')));
    await createUser(test.state, ADMIN, create(UserV2Schema, named('ada', { spec: { roles: ['dev'] } })));

    const seen: (string | undefined)[] = [];
    let startKey = '';
    do {
      const page = await client(userCaller('ada', ['dev'])).listUnifiedResources({
        kinds: ['node'],
        limit: 1,
        startKey,
      });
      seen.push(...page.resources.map(({ resource }) => resource.value?.metadata?.labels.env));
      startKey = page.nextKey;
    } while (startKey !== '');
    expect(seen).toEqual(['dev', 'dev']);
  });
});

describe('trusted clusters', () => {
  it('are not enabled, as this cluster reaches no other', async () => {
    const cluster = named('root', { spec: { roleMap: [{ remote: 'a', local: ['a'] }], enabled: true } });
    await expect(client().upsertTrustedCluster(cluster)).rejects.toThrow('cannot reach other clusters');
  });
});

describe('remote clusters', () => {
  it('change what the mask names, and nothing but labels and expiry', async () => {
    const stored = create(RemoteClusterV3Schema, named('leaf', { status: { connection: 'online' } }));
    const value = toBinary(RemoteClusterV3Schema, stored);
    await test.state.store.write((transaction) => transaction.put({ kind: 'remote_cluster', name: 'leaf', value }));
    const presence = createClient(PresenceService, transportAs(test.state, ADMIN));
    const remoteCluster = { metadata: { name: 'leaf', labels: { a: 'b' } }, status: { connection: 'offline' } };

    const updated = await presence.updateRemoteCluster({ remoteCluster, updateMask: { paths: ['metadata.labels'] } });
    expect(updated).toMatchObject({ metadata: { labels: { a: 'b' } }, status: { connection: 'online' } });
    const refused = presence.updateRemoteCluster({ remoteCluster, updateMask: { paths: ['status.connection'] } });
    await expect(refused).rejects.toThrow('cannot be changed');
  });
});

describe('kinds that are only kept', () => {
  it('are updated with their revision alone, and made once', async () => {
    const service = createClient(WorkloadIdentityResourceService, transportAs(test.state, ADMIN));
    const workloadIdentity = named('svc', { spec: { spiffe: { id: '/svc' } } }, 'v1');
    const made = await service.createWorkloadIdentity({ workloadIdentity });
    await expect(service.createWorkloadIdentity({ workloadIdentity })).rejects.toThrow('already exists');
    const updated = await service.updateWorkloadIdentity({ workloadIdentity: made });
    expect(updated.metadata?.revision).not.toBe(made.metadata?.revision);
    await expect(service.updateWorkloadIdentity({ workloadIdentity: made })).rejects.toThrow('revision does not match');
  });
});

function named<T extends object>(name: string, rest: T, version = 'v2') {
  return { version, metadata: { name }, ...rest };
}
