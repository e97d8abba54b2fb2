import type { Client } from '../client.js';
import type { Kind, KindMessages } from '../resources.js';
import type { KindOperations, Operation } from './operations.js';

/** The kinds that have no service of their own in the client. */
type FurtherKind =
  | 'node'
  | 'proxy'
  | 'auth_server'
  | 'trusted_cluster'
  | 'remote_cluster'
  | 'github'
  | 'oidc'
  | 'saml'
  | 'connectors'
  | 'semaphore'
  | 'namespace'
  | 'installer'
  | 'access_list'
  | 'workload_identity'
  | 'cluster_maintenance_config'
  | 'ui_config'
  | 'autoupdate_config'
  | 'autoupdate_version'
  | 'autoupdate_agent_rollout';

/** Operations whose messages and calls are loaded when the first of them is used. */
export function furtherKinds(client: Client): { [K in FurtherKind]: KindOperations<KindMessages[K]> } {
  const full = ['create', 'upsert', 'update', 'delete'] as const;
  const autoupdate = () => import('./autoupdate.js');
  const connectors = () => import('./connectors.js');
  const servers = () => import('./servers.js');
  return {
    node: lazily<'node'>(['upsert', 'delete'], async () => (await import('./node.js')).nodes(client)),
    proxy: lazily<'proxy'>(['delete'], async () => (await servers()).proxies(client)),
    auth_server: lazily<'auth_server'>([], async () => (await servers()).authServers(client)),
    trusted_cluster: lazily<'trusted_cluster'>(['upsert', 'delete'], async () =>
      (await import('./trusted-cluster.js')).trustedClusters(client),
    ),
    remote_cluster: lazily<'remote_cluster'>(['update', 'delete'], async () =>
      (await import('./remote-cluster.js')).remoteClusters(client),
    ),
    github: lazily<'github'>(['delete'], async () => (await connectors()).githubConnectors(client)),
    oidc: lazily<'oidc'>(['delete'], async () => (await connectors()).oidcConnectors(client)),
    saml: lazily<'saml'>(['delete'], async () => (await connectors()).samlConnectors(client)),
    connectors: lazily<'connectors'>([], async () => (await connectors()).connectors(client)),
    semaphore: lazily<'semaphore'>(['delete'], async () => (await import('./semaphore.js')).semaphores(client)),
    namespace: lazily<'namespace'>([], async () => (await import('./namespace.js')).namespaces()),
    installer: lazily<'installer'>(['upsert', 'delete'], async () =>
      (await import('./installer.js')).installers(client),
    ),
    access_list: lazily<'access_list'>(['upsert', 'delete'], async () =>
      (await import('./access-list.js')).accessLists(client),
    ),
    workload_identity: lazily<'workload_identity'>(full, async () =>
      (await import('./workload-identity.js')).workloadIdentities(client),
    ),
    cluster_maintenance_config: lazily<'cluster_maintenance_config'>(['upsert', 'update', 'delete'], async () =>
      (await import('./cluster-maintenance-config.js')).maintenanceConfig(client),
    ),
    ui_config: lazily<'ui_config'>(['upsert', 'delete'], async () => (await import('./ui-config.js')).uiConfig(client)),
    autoupdate_config: lazily<'autoupdate_config'>(full, async () => (await autoupdate()).autoupdateConfig(client)),
    autoupdate_version: lazily<'autoupdate_version'>(full, async () => (await autoupdate()).autoupdateVersion(client)),
    autoupdate_agent_rollout: lazily<'autoupdate_agent_rollout'>(full, async () =>
      (await autoupdate()).autoupdateRollout(client),
    ),
  };
}

/** @param offered what the kind can do besides being read. */
function lazily<K extends Kind>(
  offered: readonly Operation[],
  load: () => Promise<KindOperations<KindMessages[K]>>,
): KindOperations<KindMessages[K]> {
  const operations: KindOperations<KindMessages[K]> = {
    get: async (name, options) => (await load()).get(name, options),
    async *list(options) {
      yield* (await load()).list(options);
    },
    create: async (message, options) => (await load()).create?.(message, options),
    upsert: async (message, options) => (await load()).upsert?.(message, options),
    update: async (message, options) => (await load()).update?.(message, options),
    delete: async (name, options) => (await load()).delete?.(name, options),
  };
  for (const operation of ['create', 'upsert', 'update', 'delete'] as const) {
    if (!offered.includes(operation)) delete operations[operation];
  }
  return operations;
}
