import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterTransport, type Transport } from '@connectrpc/connect';
import { type Caller, callerKey, remoteAddressKey } from '../../src/lib/cluster/auth/caller.js';
import { errorInterceptor } from '../../src/lib/cluster/listeners/error-interceptor.js';
import type { ServiceRegistry } from '../../src/lib/cluster/services/guard.js';
import { registerServices, registerTransportService } from '../../src/lib/cluster/services/index.js';
import type { Authority, ClusterState } from '../../src/lib/cluster/state.js';
import { openSqliteStore } from '../../src/lib/cluster/storage/sqlite.js';

export const TEST_NOW = new Date('2026-11-21T00:00:00Z');
export const ADMIN: Extract<Caller, { kind: 'builtin' }> = {
  kind: 'builtin',
  role: 'Admin',
  hostId: '5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c11',
};

export interface TestState {
  state: ClusterState;
  /** Moves the cluster's clock. */
  setTime(moment: Date): void;
  close(): void;
}

/** A cluster without listeners: a real store in a temporary folder, a clock that the test sets. */
export function openTestState(): TestState {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-state-'));
  let now = TEST_NOW;
  const clock = () => now;
  const store = openSqliteStore({ folder, clock });
  const state: ClusterState = {
    clusterName: 'example.test',
    hostId: '5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c11',
    serverVersion: '19.0.0',
    addresses: { auth: '127.0.0.1:3025', proxy: 'localhost:3080' },
    store,
    authorities: { host: authority('host'), user: authority('user') },
    announced: { apps: [], databases: [], kubeClusters: [] },
    adminMfa: false,
    clock,
    log: () => undefined,
  };
  return {
    state,
    setTime: (moment) => {
      now = moment;
    },
    close() {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Calls the cluster's services in this process, as the given caller. */
export function transportAs(state: ClusterState, caller: Caller): Transport {
  const register = (router: ServiceRegistry) => {
    registerServices(router, state);
    registerTransportService(router, state, (connection) => connection.destroy());
  };
  return createRouterTransport(register, {
    router: {
      interceptors: [
        errorInterceptor(state.log),
        (next) => (request) => {
          request.contextValues.set(callerKey, caller).set(remoteAddressKey, '127.0.0.1:49524');
          return next(request);
        },
      ],
    },
  });
}

/** A user as its certificate shows it. */
export function userCaller(username: string, roles: string[]): Caller {
  return {
    kind: 'user',
    username,
    roles,
    traits: {},
    identity: { username, roles } as Extract<Caller, { kind: 'user' }>['identity'],
  };
}

function authority(type: Authority['type']): Authority {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { type, tlsCertPem: '', tlsKey: privateKey, sshKey: privateKey, trustedTlsCertPems: [] };
}
