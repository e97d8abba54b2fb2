import type { DescService } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../../src/lib/cluster/auth/caller.js';
import { createBot } from '../../../../src/lib/cluster/domain/bots.js';
import { createUser } from '../../../../src/lib/cluster/domain/users.js';
import { ensurePresets } from '../../../../src/lib/cluster/presets/index.js';
import { REQUIREMENTS } from '../../../../src/lib/cluster/services/requirements.js';
import { AuthService } from '../../../../src/lib/gen/proto/auth_service_pb.js';
import { JoinService } from '../../../../src/lib/gen/proto/join_service_pb.js';
import { AccessListService } from '../../../../src/lib/gen/teleport/accesslist/v1/accesslist_service_pb.js';
import { AutoUpdateService } from '../../../../src/lib/gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import { ClusterConfigService } from '../../../../src/lib/gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { JoinService as NewJoinService } from '../../../../src/lib/gen/teleport/join/v1/join_service_pb.js';
import { BotInstanceService } from '../../../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotSchema } from '../../../../src/lib/gen/teleport/machineid/v1/bot_pb.js';
import { BotService } from '../../../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import { PresenceService } from '../../../../src/lib/gen/teleport/presence/v1/presence_service_pb.js';
import { TransportService } from '../../../../src/lib/gen/teleport/transport/v1/transport_service_pb.js';
import { TrustService } from '../../../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../../../src/lib/gen/teleport/users/v1/users_service_pb.js';
import { WorkloadIdentityResourceService } from '../../../../src/lib/gen/teleport/workloadidentity/v1/resource_service_pb.js';
import { UserV2Schema } from '../../../../src/lib/gen/types/users_pb.js';
import {
  ADMIN,
  openTestState,
  TEST_NOW,
  type TestState,
  transportAs,
  userCaller,
} from '../../../helpers/cluster-state.js';

let test: TestState;
beforeAll(async () => {
  test = openTestState();
  await ensurePresets(test.state);
  await createBot(test.state, ADMIN, create(BotSchema, { metadata: { name: 'robot' }, spec: { roles: ['access'] } }));
  for (const [name, role] of Object.entries({ ada: 'access', eve: 'editor', ulf: 'auditor' })) {
    await createUser(test.state, ADMIN, create(UserV2Schema, { metadata: { name }, spec: { roles: [role] } }));
  }
});
afterAll(() => test.close());

function user(name: string, roles: string[]) {
  const caller = userCaller(name, roles) as Extract<Caller, { kind: 'user' }>;
  return { ...caller, expires: new Date(TEST_NOW.getTime() + 3_600_000) };
}

function bot(roles: string[], more: object): Caller {
  const caller = user('bot-robot', roles);
  const instance = { botName: 'robot', botInstanceId: '5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c12' };
  return { ...caller, identity: { ...caller.identity, ...instance, ...more } };
}

/** One letter for each, by which the table names them. */
const CALLERS: Record<string, Caller> = {
  x: { kind: 'anonymous' },
  b: bot(['bot-robot'], { renewable: true, generation: 1 }),
  o: bot(['access'], { impersonator: 'bot-robot', disallowReissue: true }),
  a: user('ada', ['access']),
  e: user('eve', ['editor']),
  u: user('ulf', ['auditor']),
  h: { kind: 'builtin', role: 'Node', hostId: '5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c13' },
  A: ADMIN,
};

const EVERYBODY = 'xboaeuhA';
const MEMBERS = 'boaeuhA';
/** What the role that everybody has allows; parts of the cluster do not have it. */
const USERS = 'boaeuA';
const EDITORS = 'eA';

/** Method, who gets past the check of rights, and a request where the answer depends on it. */
type Row = [method: string, allowed: string, request?: object];

const forEditors = (method: string): Row => [method, EDITORS];
const VERBS = ['get', 'create', 'update', 'upsert', 'delete'];

const TABLE: [DescService, Row[]][] = [
  [
    AuthService,
    [
      ['ping', EVERYBODY],
      ['getDomainName', EVERYBODY],
      ['getClusterCACert', EVERYBODY],
      ['getClusterAlerts', MEMBERS],
      ['createAuthenticateChallenge', MEMBERS],
      ['isMFARequired', MEMBERS],
      ['getCurrentUserRoles', MEMBERS],
      ['getAccessCapabilities', MEMBERS],
      ['getAccessCapabilities', 'aeA', { user: 'ada' }],
      ['createResetPasswordToken', EDITORS],
      ['getResetPasswordToken', EVERYBODY],
      ['createRegisterChallenge', EVERYBODY],
      ['changeUserAuthentication', EVERYBODY],
      ['getRole', EDITORS, { name: 'terraform-provider' }],
      ['getRole', 'oaeA', { name: 'access' }],
      ['getRole', 'beA', { name: 'bot-robot' }],
      ['listRoles', EDITORS],
      ['createRole', EDITORS],
      ['updateRole', EDITORS],
      ['upsertRole', EDITORS],
      ['upsertRoleV2', EDITORS],
      ['deleteRole', EDITORS],
      ['getToken', EDITORS],
      ['getTokens', EDITORS],
      ['getStaticTokens', EDITORS],
      ['listProvisionTokens', EDITORS],
      ['listResetPasswordTokens', EDITORS],
      ['createTokenV2', EDITORS, { token: { case: 'v2', value: undefined } }],
      ['upsertTokenV2', EDITORS, { token: { case: 'v2', value: undefined } }],
      ['deleteToken', EDITORS],
      ['getLock', EDITORS],
      ['getLocks', EDITORS],
      ['upsertLock', EDITORS],
      ['deleteLock', EDITORS],
      ['generateUserCerts', 'bA', { username: 'bot-robot' }],
      ['generateUserCerts', 'aA', { username: 'ada' }],
      ['generateUserCerts', 'bA', { username: 'bot-robot', useRoleRequests: true, roleRequests: ['access'] }],
      ['generateUserCerts', 'A', { username: 'bot-robot', useRoleRequests: true, roleRequests: ['editor'] }],
      ['listResources', USERS, { resourceType: 'app_server' }],
      ['listResources', EDITORS, { resourceType: 'token' }],
      ['watchEvents', USERS],
      ['getInventoryStatus', 'oaeuA'],
      ['getInventoryStatus', 'A', { connected: true }],
      ['getInstances', 'oaeuA'],
      ['pingInventory', 'A', { serverId: 'nobody' }],
      ['listUnifiedResources', MEMBERS],
      ['getNode', USERS],
      ['upsertNode', EDITORS],
      ['deleteNode', EDITORS],
      ['getSemaphores', 'A'],
      ['deleteSemaphore', 'A'],
      ...['getTrustedCluster', 'getTrustedClusters', 'upsertTrustedCluster', 'deleteTrustedCluster'].map(forEditors),
      ...['getInstaller', 'getInstallers', 'setInstaller', 'deleteInstaller'].map(forEditors),
      ...['getUIConfig', 'setUIConfig', 'deleteUIConfig'].map(forEditors),
      ['getClusterMaintenanceConfig', 'oaA'],
      ['updateClusterMaintenanceConfig', 'A'],
      ['deleteClusterMaintenanceConfig', 'A'],
      ...['GithubConnector', 'OIDCConnector', 'SAMLConnector'].flatMap((kind): Row[] => [
        [`get${kind}`, EDITORS],
        [`get${kind}s`, EDITORS, { withSecrets: true }],
        [`delete${kind}`, EDITORS],
      ]),
      ...['createGithubConnector', 'updateGithubConnector', 'upsertGithubConnectorV2'].map(forEditors),
    ],
  ],
  [
    JoinService,
    [
      ['registerUsingToken', EVERYBODY],
      ['registerUsingBoundKeypairMethod', EVERYBODY],
    ],
  ],
  [NewJoinService, [['join', EVERYBODY]]],
  [
    BotService,
    ['getBot', 'listBots', 'createBot', 'updateBot', 'upsertBot', 'deleteBot'].map((method) => [method, EDITORS]),
  ],
  [
    BotInstanceService,
    [
      ['getBotInstance', 'euA'],
      ['listBotInstances', 'euA'],
      ['listBotInstancesV2', 'euA'],
      ['deleteBotInstance', EDITORS],
      ['submitHeartbeat', 'bo'],
    ],
  ],
  [
    UsersService,
    [
      ['getUser', EDITORS, { name: 'admin' }],
      ['getUser', 'aeA', { name: 'ada' }],
      ['getUser', MEMBERS, { currentUser: true }],
      ['getUser', 'A', { name: 'admin', withSecrets: true }],
      ['listUsers', EDITORS],
      ['listUsers', 'A', { withSecrets: true }],
      ['createUser', EDITORS],
      ['updateUser', EDITORS],
      ['upsertUser', EDITORS],
      ['deleteUser', EDITORS],
    ],
  ],
  [
    TrustService,
    [
      ['getCertAuthority', USERS, { type: 'host', domain: 'example.test' }],
      ['getCertAuthority', 'A', { type: 'host', domain: 'example.test', includeKey: true }],
      ['getCertAuthorities', USERS, { type: 'host' }],
      ['getCertAuthorities', 'A', { type: 'host', includeKey: true }],
      ['upsertCertAuthority', 'A'],
      ['deleteCertAuthority', 'A', { type: 'host', domain: 'none.test' }],
      ['generateHostCert', 'A'],
      ...['create', 'update', 'upsert'].map((verb) => forEditors(`${verb}TrustedCluster`)),
    ],
  ],
  [
    ClusterConfigService,
    [
      ['getClusterName', USERS],
      ['getAuthPreference', USERS],
      ['updateAuthPreference', EDITORS],
      ['upsertAuthPreference', EDITORS],
      ['resetAuthPreference', EDITORS],
      ...['ClusterNetworkingConfig', 'SessionRecordingConfig'].flatMap((kind) =>
        ['get', 'update', 'upsert', 'reset'].map((verb): Row => [verb + kind, EDITORS]),
      ),
    ],
  ],
  [TransportService, [['proxyCluster', MEMBERS]]],
  [
    PresenceService,
    [
      ['getRemoteCluster', USERS, { name: 'leaf' }],
      ['listRemoteClusters', USERS],
      ['listAuthServers', USERS],
      ['listProxyServers', USERS],
      ['updateRemoteCluster', EDITORS],
      ['deleteRemoteCluster', EDITORS],
    ],
  ],
  [
    WorkloadIdentityResourceService,
    [...VERBS.map((verb) => forEditors(`${verb}WorkloadIdentity`)), forEditors('listWorkloadIdentities')],
  ],
  [
    AutoUpdateService,
    [
      ...['AutoUpdateConfig', 'AutoUpdateVersion'].flatMap((kind) => VERBS.map((verb) => forEditors(verb + kind))),
      ...VERBS.map((verb): Row => [`${verb}AutoUpdateAgentRollout`, verb === 'get' ? EDITORS : 'A']),
    ],
  ],
  [
    AccessListService,
    ['getAccessList', 'getAccessLists', 'listAccessLists', 'upsertAccessList', 'deleteAccessList'].map(forEditors),
  ],
  [TransportService, [['proxyCluster', MEMBERS]]],
];

type Method = (request: object) => Promise<unknown> | AsyncIterable<unknown>;

/** Whether a caller gets further than the check of its rights; what is wrong with the request then does not matter. */
async function isAllowed(service: DescService, method: string, request: object, caller: Caller): Promise<boolean> {
  const client = createClient(service, transportAs(test.state, caller)) as unknown as Record<string, Method>;
  const kind = service.method[method]?.methodKind;
  const noMessages = (async function* () {})();
  try {
    const answer = client[method]?.(kind === 'bidi_streaming' ? noMessages : request);
    if (answer !== undefined && Symbol.asyncIterator in answer) for await (const _ of answer);
    else await answer;
  } catch (error) {
    return ConnectError.from(error).code !== Code.PermissionDenied;
  }
  return true;
}

const rows = TABLE.flatMap(([service, methods]) =>
  methods.map(([method, allowed, request = {}]) => ({ service, method, allowed, request })),
);

describe('who may call which method', () => {
  it.each(rows)('$service.typeName/$method: $allowed', async ({ service, method, allowed, request }) => {
    const verdicts = await Promise.all(
      Object.entries(CALLERS).map(async ([letter, caller]) =>
        (await isAllowed(service, method, request, caller)) ? letter : '',
      ),
    );
    expect(verdicts.join('')).toBe(allowed);
  });

  it('is said for every method', () => {
    const said = new Set(rows.map(({ service, method }) => `${service.typeName}/${method}`));
    const served = Object.entries(REQUIREMENTS).flatMap(([service, methods]) =>
      Object.keys(methods).map((method) => `${service}/${method}`),
    );
    expect([...said].sort()).toEqual(served.sort());
  });
});
