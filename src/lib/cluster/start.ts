import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterNameV2Schema } from '../gen/types/cluster_config_pb.js';
import { writeFileAtomic } from '../util/atomic-file.js';
import { API_DOMAIN } from '../util/cluster-hostname.js';
import { CodedError } from '../util/coded-error.js';
import { formatHostPort } from '../util/host-port.js';
import { writeAdminCredentials } from './admin-credentials.js';
import { caPins, ensureAuthorities, issueHostCertificate, issueWebCertificate } from './ca/index.js';
import { getStored } from './domain/stored-message.js';
import { createAuthServer, type KeyPair } from './listeners/auth-server.js';
import { createGrpcHandler } from './listeners/grpc.js';
import { createJoinServer } from './listeners/join-server.js';
import { openPort, type Port } from './listeners/port.js';
import { routeConnection } from './listeners/proxy-router.js';
import { createTransportServer } from './listeners/transport-server.js';
import { createWebServer } from './listeners/web-server.js';
import { ADMIN_USER, ensurePresets } from './presets/index.js';
import { registerJoinServices, registerServices, registerTransportService } from './services/index.js';
import { type CheckedOptions, checkOptions, DEFAULT_CLUSTER_NAME, type StartOptions } from './start-options.js';
import type { ClusterState } from './state.js';
import type { Store } from './storage/backend.js';
import { unusable } from './storage/folder-claim.js';
import { openSqliteStore } from './storage/sqlite.js';
import { createAuthRestHandler } from './web/auth-rest.js';
import { createWebHandler } from './web/web-api.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Made anew at every start. */
const SERVER_CERTIFICATE_TTL_MS = 365 * DAY_MS;
const ADMIN_CREDENTIALS_TTL_MS = 30 * DAY_MS;
const HELLO_DEADLINE_MS = 15_000;
const EXPOSED = 'other machines can reach it. It is made for trying things out and for tests, not for production';

export interface RunningCluster {
  clusterName: string;
  /** `host:port` of the auth service. */
  authAddress: string;
  /** `host:port` of the proxy: web API, and TLS routing to the auth service. */
  proxyAddress: string;
  /** Pins of the host authority, for agents that join. */
  caPins: string[];
  dataDir: string;
  /** File with the certificate of the authority behind the proxy's HTTPS. */
  proxyCaFile: string;
  /** Identity file of an administrator. */
  adminIdentityFile: string;
  /** Folder for TELEPORT_HOME, logged in as the same administrator. */
  tshHome: string;
  /** What the cluster is made of, for the tests of this package. @internal */
  state: ClusterState;
  /** Ends every connection, closes the store, removes an ephemeral cluster's folder. */
  stop(): Promise<void>;
}

/**
 * Starts a cluster in this process and resolves when it answers. A start that fails leaves nothing open.
 * @throws CodedError `bad_parameter` for an option; `port_in_use`, `port_refused`; for the data folder `cluster_in_use` (by
 *   another cluster), `cluster_name_mismatch`, `cluster_data_unreadable` (also one that cannot be written),
 *   `cluster_data_too_new`. All but the first carry a hint.
 */
export async function startCluster(options: StartOptions): Promise<RunningCluster> {
  const checked = checkOptions(options);
  const undo: (() => unknown)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= undoAll(undo);
    return stopped;
  };
  try {
    return { ...(await start(checked, undo)), stop };
  } catch (error) {
    await stop().catch((failure: unknown) => checked.log('error', 'not everything could be put away', failure));
    throw unusable(error, checked.dataDir ?? tmpdir());
  }
}

/** Takes every step, the last one first, whatever becomes of the others. @throws what the first of them threw that failed */
async function undoAll(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps.toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function start(options: CheckedOptions, undo: (() => unknown)[]): Promise<Omit<RunningCluster, 'stop'>> {
  const { clock, log } = options;
  const dataDir = options.dataDir ?? (await temporaryFolder(undo));
  const store = openSqliteStore({ folder: dataDir, clock });
  undo.push(() => store.close());
  const clusterName = chooseName(store, options.clusterName);
  const auth = await openPort(options.listen, options.authPort);
  undo.push(() => auth.close());
  const proxy = await openPort(options.listen, options.proxyPort);
  undo.push(() => proxy.close());
  if (!isLoopback(options.listen)) log('warn', `the cluster listens on ${options.listen}: ${EXPOSED}`);

  const proxySsh = options.tlsRouting ? undefined : await openPort(options.listen, 0);
  undo.push(() => proxySsh?.close());

  const state: ClusterState = {
    clusterName,
    hostId: await hostIdOf(store),
    serverVersion: options.serverVersion,
    addresses: {
      auth: reachable(auth),
      proxy: reachable(proxy),
      ...(proxySsh && { proxySsh: reachable(proxySsh) }),
    },
    store,
    authorities: await ensureAuthorities({ store, clusterName, clock }),
    announced: options.announced,
    adminMfa: options.adminMfa,
    clock,
    log,
  };
  await ensurePresets(state);
  await serve(state, options.listen, { auth, proxy, proxySsh });
  const { identityFile, tshHome } = await writeAdminCredentials({
    state,
    username: ADMIN_USER.name,
    roles: [...ADMIN_USER.roles],
    dataDir,
    ttlMs: ADMIN_CREDENTIALS_TTL_MS,
  });
  const proxyCaFile = join(dataDir, 'proxy-ca.pem');
  await writeFileAtomic(proxyCaFile, state.authorities.host.trustedTlsCertPems.join(''), { mode: 0o644 });
  return {
    clusterName,
    authAddress: state.addresses.auth,
    proxyAddress: state.addresses.proxy,
    caPins: caPins(state.authorities),
    dataDir,
    proxyCaFile,
    adminIdentityFile: identityFile,
    tshHome,
    state,
  };
}

async function temporaryFolder(undo: (() => unknown)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-cluster-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A cluster's name is part of every certificate: it is chosen once. */
function chooseName(store: Store, asked: string | undefined): string {
  const stored = store.read((transaction) => {
    const { spec } = getStored(transaction, ClusterNameV2Schema, 'cluster_name', 'cluster-name') ?? {};
    // A first start that was killed may have left no more than the authorities.
    const [authority] = transaction.list('cert_authority', { prefix: 'host/', limit: 1 });
    return spec?.clusterName ?? authority?.name.slice('host/'.length);
  });
  if (stored !== undefined && asked !== undefined && stored !== asked) {
    throw new CodedError('cluster_name_mismatch', `the data folder holds the cluster "${stored}", not "${asked}"`, {
      hint: 'leave the name out, or use another data folder',
    });
  }
  return stored ?? asked ?? DEFAULT_CLUSTER_NAME;
}

async function hostIdOf(store: Store): Promise<string> {
  const item = await store.write(
    (t) =>
      t.get('host_uuid', 'host-uuid') ??
      t.put({ kind: 'host_uuid', name: 'host-uuid', value: Buffer.from(randomUUID()) }),
  );
  return Buffer.from(item.value).toString();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** An address for clients: one that listens everywhere is reached on the loopback. */
function reachable({ host, port }: Port): string {
  if (host === '0.0.0.0') return formatHostPort('127.0.0.1', port);
  return formatHostPort(host === '::' ? '::1' : host, port);
}

async function serve(
  state: ClusterState,
  listen: string,
  ports: { auth: Port; proxy: Port; proxySsh: Port | undefined },
): Promise<void> {
  const { clusterName } = state;
  const { authCertificate, webCertificate } = await issueServerCertificates(state, listen);
  const auth = createAuthServer({
    state,
    certificate: authCertificate,
    grpc: createGrpcHandler(state, (registry) => registerServices(registry, state)),
    rest: createAuthRestHandler(state),
  }).accept;
  const joins = createGrpcHandler(state, (registry) => registerJoinServices(registry, state));
  const transport = createTransportServer(
    state,
    authCertificate,
    createGrpcHandler(state, (registry) => registerTransportService(registry, state, auth)),
  ).accept;
  const deadlineMs = HELLO_DEADLINE_MS;
  const upgraded = { auth, transport, join: createJoinServer(authCertificate, joins).accept };
  const web = createWebServer(webCertificate, createWebHandler(state), (connection) =>
    routeConnection(connection, { clusterName, deadlineMs, routes: { ...upgraded, web } }),
  ).accept;
  const join = createJoinServer(webCertificate, joins).accept;
  const routed = ports.proxySsh === undefined ? { auth, transport } : { auth: web, transport: web };
  ports.auth.serve(auth);
  ports.proxySsh?.serve(transport);
  ports.proxy.serve((socket) => routeConnection(socket, { clusterName, deadlineMs, routes: { ...routed, join, web } }));
}

/** One for the auth service, and for the proxy where it shows that it belongs to the cluster; one for the web. */
async function issueServerCertificates(
  { authorities, clock, clusterName, hostId }: ClusterState,
  listen: string,
): Promise<{ authCertificate: KeyPair; webCertificate: KeyPair }> {
  const issue = { authorities, clusterName, clock, ttlMs: SERVER_CERTIFICATE_TTL_MS };
  const names = serverNames(listen);
  const [authCertificate, webCertificate] = await Promise.all([
    issueHostCertificate({
      ...issue,
      ...names,
      hostId,
      role: 'Admin',
      dnsNames: [`*.${API_DOMAIN}`, API_DOMAIN, ...names.dnsNames],
    }),
    issueWebCertificate({ ...issue, ...names }),
  ]);
  return { authCertificate, webCertificate };
}

/** The names by which clients on this machine, and those that use the listen address, reach the cluster. */
function serverNames(listen: string): { dnsNames: string[]; ipAddresses: string[] } {
  const host = listen.replace(/%.*$/, ''); // of an address with a zone, which means nothing elsewhere
  const isAddress = isIP(host) !== 0;
  return {
    dnsNames: isAddress ? ['localhost'] : [...new Set(['localhost', host])],
    ipAddresses: [...new Set(['127.0.0.1', '::1', ...(isAddress ? [host] : [])])],
  };
}
