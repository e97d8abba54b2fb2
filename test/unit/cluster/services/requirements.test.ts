import { Code, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { accessListService } from '../../../../src/lib/cluster/services/access-list-service.js';
import { authService } from '../../../../src/lib/cluster/services/auth-service.js';
import { autoupdateService } from '../../../../src/lib/cluster/services/autoupdate-service.js';
import { botInstanceService } from '../../../../src/lib/cluster/services/bot-instance-service.js';
import { botService } from '../../../../src/lib/cluster/services/bot-service.js';
import { clusterConfigService } from '../../../../src/lib/cluster/services/cluster-config-service.js';
import { serveGuarded } from '../../../../src/lib/cluster/services/guard.js';
import { joinService } from '../../../../src/lib/cluster/services/join-service.js';
import { newJoinService } from '../../../../src/lib/cluster/services/new-join-service.js';
import { presenceService } from '../../../../src/lib/cluster/services/presence-service.js';
import { REQUIREMENTS } from '../../../../src/lib/cluster/services/requirements.js';
import { transportService } from '../../../../src/lib/cluster/services/transport-service.js';
import { trustService } from '../../../../src/lib/cluster/services/trust-service.js';
import { usersService } from '../../../../src/lib/cluster/services/users-service.js';
import { workloadIdentityService } from '../../../../src/lib/cluster/services/workload-identity-service.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService } from '../../../../src/lib/gen/proto/join_service_pb.js';
import { AccessListService } from '../../../../src/lib/gen/teleport/accesslist/v1/accesslist_service_pb.js';
import { AutoUpdateService } from '../../../../src/lib/gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import { ClusterConfigService } from '../../../../src/lib/gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { JoinService as NewJoinService } from '../../../../src/lib/gen/teleport/join/v1/join_service_pb.js';
import { BotInstanceService } from '../../../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotService } from '../../../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import { PresenceService } from '../../../../src/lib/gen/teleport/presence/v1/presence_service_pb.js';
import { TransportService } from '../../../../src/lib/gen/teleport/transport/v1/transport_service_pb.js';
import { TrustService } from '../../../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../../../src/lib/gen/teleport/users/v1/users_service_pb.js';
import { WorkloadIdentityResourceService } from '../../../../src/lib/gen/teleport/workloadidentity/v1/resource_service_pb.js';
import { openTestState, type TestState, transportAs, userCaller } from '../../../helpers/cluster-state.js';

let test: TestState;
beforeAll(async () => {
  test = openTestState();
  await ensurePresets(test.state);
});
afterAll(() => test.close());

describe('the table of requirements', () => {
  it('has an entry for every method that is served, and no other', () => {
    const served = [
      [AuthService, authService(test.state)],
      [JoinService, joinService(test.state)],
      [NewJoinService, newJoinService(test.state)],
      [BotService, botService(test.state)],
      [BotInstanceService, botInstanceService(test.state)],
      [UsersService, usersService(test.state)],
      [TrustService, trustService(test.state)],
      [ClusterConfigService, clusterConfigService(test.state)],
      [PresenceService, presenceService(test.state)],
      [TransportService, transportService(test.state, () => undefined)],
      [WorkloadIdentityResourceService, workloadIdentityService(test.state)],
      [AutoUpdateService, autoupdateService(test.state)],
      [AccessListService, accessListService(test.state)],
      [TransportService, transportService(test.state, () => undefined)],
    ] as const;
    const methods = Object.fromEntries(
      served.map(([{ typeName }, methods]) => [typeName, Object.keys(methods).sort()]),
    );
    const entries = Object.entries(REQUIREMENTS).map(([service, table]) => [service, Object.keys(table).sort()]);
    expect(Object.fromEntries(entries)).toEqual(methods);
  });

  it('is needed to serve a method at all', () => {
    const router = { service: () => undefined } as never;
    const implementation = { noSuchMethod: () => ({}) } as object;
    expect(() => serveGuarded(router, test.state, AuthService, implementation)).toThrow(
      'proto.AuthService/noSuchMethod has no entry',
    );
  });
});

describe('callers without a certificate', () => {
  it('may ping and ask for the name', async () => {
    const client = createClient(AuthService, transportAs(test.state, { kind: 'anonymous' }));
    expect((await client.ping({})).clusterName).toBe('example.test');
    expect((await client.getDomainName({})).domainName).toBe('example.test');
  });
});

describe('users without rights', () => {
  it('may read themselves and their own roles, not others', async () => {
    const transport = transportAs(test.state, userCaller('admin', ['wildcard-workload-identity-issuer']));
    const users = createClient(UsersService, transport);
    expect((await users.getUser({ name: 'admin' })).user?.metadata?.name).toBe('admin');
    expect((await users.getUser({ currentUser: true })).user?.metadata?.name).toBe('admin');
    await expect(users.getUser({ name: 'other' })).rejects.toMatchObject({
      code: Code.PermissionDenied,
      rawMessage: 'access denied to perform action "read" on "user"',
    });
    const auth = createClient(AuthService, transport);
    expect((await auth.getRole({ name: 'wildcard-workload-identity-issuer' })).version).toBe('v7');
    await expect(auth.getRole({ name: 'editor' })).rejects.toMatchObject({ code: Code.PermissionDenied });
    await expect(auth.listRoles({})).rejects.toMatchObject({
      rawMessage: 'access denied to perform action "list" on "role", access denied to perform action "read" on "role"',
    });
  });

  it('get the authorities without keys only', async () => {
    const transport = transportAs(test.state, userCaller('admin', ['editor']));
    const trust = createClient(TrustService, transport);
    expect((await trust.getCertAuthorities({ type: 'host' })).certAuthoritiesV2).toEqual([]);
    await expect(trust.getCertAuthorities({ type: 'host', includeKey: true })).rejects.toMatchObject({
      rawMessage: 'access denied to perform action "read" on "cert_authority"',
    });
  });

  it('get no secrets of users', async () => {
    const users = createClient(UsersService, transportAs(test.state, userCaller('admin', ['editor'])));
    await expect(users.listUsers({ withSecrets: true })).rejects.toMatchObject({
      code: Code.PermissionDenied,
      rawMessage: 'this request can be only executed by an admin',
    });
  });
});
