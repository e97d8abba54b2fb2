import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';

import type { Credentials } from '../credentials/index.js';
import type { Certs } from '../gen/proto/certs_pb.js';
import type { PingResponse } from '../gen/proto/ping_pb.js';
import type { ListResourcesRequestSchema, PaginatedResource } from '../gen/proto/resources_pb.js';
import type { UserCertsRequestSchema } from '../gen/proto/user_certs_pb.js';
import type { AlertSeverity, ClusterAlert } from '../gen/types/cluster_alerts_pb.js';
import type { ServerV2 } from '../gen/types/servers_pb.js';
import type { Connection, Way } from '../transport/index.js';
import { isReleaseSince } from '../util/release.js';
import type { BoundKeypairJoin, BoundKeypairResult } from './bound-keypair.js';
import type { SecondFactorPrompt } from './mfa/second-factor.js';
import { ResourcesClient } from './resources.js';
import { deleteServer, GRPC_LISTS_SINCE, readServers, type ServerInfo, type ServerKind } from './rest.js';
import { type CallOptions, Rpc, readPages } from './rpc.js';
import { BotInstancesClient } from './services/bot-instances.js';
import { BotsClient } from './services/bots.js';
import { CertAuthoritiesClient } from './services/cert-authorities.js';
import { ClusterConfigClient } from './services/cluster-config.js';
import { InventoryClient } from './services/inventory.js';
import { LocksClient } from './services/locks.js';
import { RolesClient } from './services/roles.js';
import { TokensClient } from './services/tokens.js';
import { UsersClient } from './services/users.js';

/**
 * A connection to a cluster's auth service, by {@link connect}. All calls share one TLS session.
 *
 * @example
 * ```ts
 * await client.bots.create({ name: 'ci', roles: ['access'] });
 * for await (const token of client.tokens.list()) console.log(token.metadata?.name);
 * ```
 * @public
 */
export class Client implements AsyncDisposable {
  /** Who this client is, and from where it knows. */
  readonly credentials: Credentials;
  readonly bots: BotsClient;
  readonly botInstances: BotInstancesClient;
  readonly tokens: TokensClient;
  readonly users: UsersClient;
  readonly roles: RolesClient;
  readonly locks: LocksClient;
  readonly certAuthorities: CertAuthoritiesClient;
  readonly clusterConfig: ClusterConfigClient;
  readonly inventory: InventoryClient;
  /** The same calls for any kind of resource. */
  readonly resources: ResourcesClient;
  readonly #connection: Connection;
  readonly #rpc: Rpc;

  constructor(connection: Connection, credentials: Credentials, secondFactor?: SecondFactorPrompt) {
    this.#connection = connection;
    this.credentials = credentials;
    const rpc = new Rpc(connection.transport, secondFactor);
    this.#rpc = rpc;
    this.bots = new BotsClient(rpc);
    this.botInstances = new BotInstancesClient(rpc);
    this.tokens = new TokensClient(rpc);
    this.users = new UsersClient(rpc);
    this.roles = new RolesClient(rpc);
    this.locks = new LocksClient(rpc);
    this.certAuthorities = new CertAuthoritiesClient(rpc);
    this.clusterConfig = new ClusterConfigClient(rpc);
    this.inventory = new InventoryClient(rpc);
    this.resources = new ResourcesClient(this);
  }

  get clusterName(): string {
    return this.credentials.clusterName;
  }

  /** Version of the auth service; known once a call has been answered. */
  get serverVersion(): string | undefined {
    return this.#rpc.serverVersion;
  }

  /** The address in use, `host:port`. */
  get address(): string {
    return this.#connection.address;
  }

  /** How the auth service was reached: directly or by TLS routing (`tls`), or by which detour through a proxy. */
  get way(): Way {
    return this.#connection.way;
  }

  /** For services that this class does not wrap: any generated service description can be called on it. */
  get transport(): Transport {
    return this.#connection.transport;
  }

  /** Name, version and settings of the cluster. Needs no permission. */
  async ping(options?: CallOptions): Promise<PingResponse> {
    const { ping } = await import('./calls/cluster.js');
    return this.#rpc.unary(ping, {}, options);
  }

  /** Messages of the cluster to its administrators, of this severity or above. */
  async alerts({ severity, ...options }: CallOptions & { severity?: AlertSeverity } = {}): Promise<ClusterAlert[]> {
    const request = severity === undefined ? {} : { severity };
    const { getClusterAlerts } = await import('./calls/alerts.js');
    return (await this.#rpc.unary(getClusterAlerts, request, options)).alerts;
  }

  /** The proxies that have announced themselves. */
  proxies(): Promise<ServerInfo[]> {
    return this.#announced('proxy');
  }

  /** The auth services that have announced themselves. */
  authServers(): Promise<ServerInfo[]> {
    return this.#announced('auth_server');
  }

  /** Proxies or auth services as the resources that they announced. */
  async servers(kind: ServerKind): Promise<ServerV2[]> {
    const { readServerResources } = await import('./server-resources.js');
    return readServerResources(this.#connection, this.#rpc, kind);
  }

  /** The messages of the newer call are loaded only for a server that may have it. */
  async #announced(kind: ServerKind): Promise<ServerInfo[]> {
    const version = this.serverVersion ?? (await this.ping()).serverVersion;
    if (!isReleaseSince(version, GRPC_LISTS_SINCE)) return readServers(this.#connection, kind);
    const { readServerResources, serverInfo } = await import('./server-resources.js');
    return (await readServerResources(this.#connection, this.#rpc, kind)).map(serverInfo);
  }

  /** Forgets a proxy until it announces itself again. @throws RpcError `not_found` */
  deleteProxy(name: string): Promise<void> {
    return deleteServer(this.#connection, `/v2/proxies/${encodeURIComponent(name)}`);
  }

  /** Certificates for the caller itself: renewed, or with other roles and routes. @throws RpcError `access_denied` */
  async generateUserCerts(
    request: MessageInitShape<typeof UserCertsRequestSchema>,
    options?: CallOptions,
  ): Promise<Certs> {
    const { generateUserCerts } = await import('./calls/certs.js');
    return this.#rpc.unary(generateUserCerts, request, options);
  }

  /** What agents announce, page by page, as far as the caller's roles open it: `app_server`, `db_server`, `kube_server` … */
  listResources(
    request: MessageInitShape<typeof ListResourcesRequestSchema>,
    options?: CallOptions,
  ): AsyncIterable<PaginatedResource> {
    return readPages(async (startKey) => {
      const { listResources } = await import('./calls/resources.js');
      const page = await this.#rpc.unary(listResources, { namespace: 'default', ...request, startKey }, options);
      return { items: page.resources, next: page.nextKey };
    });
  }

  /** Joins again with a bound key, as the instance that this client is. @throws RpcError */
  async registerUsingBoundKeypair(join: BoundKeypairJoin): Promise<BoundKeypairResult> {
    const { joinWithBoundKeypair } = await import('./bound-keypair.js');
    return joinWithBoundKeypair(this.transport, join);
  }

  /** A unary call of a service that this class does not wrap; it fails as the other calls do, with an RpcError. */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    message: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<MessageShape<O>> {
    return this.#rpc.unary(method, message, options);
  }

  /** TLS certificates of the cluster's host CA, PEM. */
  async clusterCaCert(options?: CallOptions): Promise<Uint8Array> {
    const { getClusterCACert } = await import('./calls/cluster.js');
    return (await this.#rpc.unary(getClusterCACert, {}, options)).tlsCa;
  }

  /** Closes the connection; calls under way fail. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
