import type { ReadMap } from './config-reader.js';
import { type DestinationConfig, directory } from './destination-config.js';
import type { KubernetesSelector, OutputBase, Service } from './service-config.js';

/** A destination as its keys in the file say. */
export function toDestination(map: ReadMap): DestinationConfig {
  if (map.type === 'memory') return { type: 'memory' };
  return { ...directory(map.path as string), ...(map as object) } as DestinationConfig;
}

/** A service as its keys in the file say, with the defaults of what they leave out. */
export function toService(map: ReadMap): Service {
  const base = toBase(map);
  switch (map.type) {
    case 'ssh_host':
      return { type: 'ssh_host', ...base, principals: map.principals as string[] };
    case 'application':
      return {
        type: 'application',
        ...base,
        appName: map.app_name as string,
        specificTlsNaming: map.specific_tls_naming === true,
      };
    case 'database':
      return {
        type: 'database',
        ...base,
        service: map.service as string,
        ...texts({ database: map.database, username: map.username }),
        format: (map.format ?? '') as Extract<Service, { type: 'database' }>['format'],
      };
    case 'kubernetes':
      return {
        type: 'kubernetes',
        ...base,
        kubernetesCluster: map.kubernetes_cluster as string,
        disableExecPlugin: map.disable_exec_plugin === true,
      };
    case 'kubernetes/v2':
      return {
        type: 'kubernetes/v2',
        ...base,
        selectors: (map.selectors as ReadMap[]).map(toSelector),
        disableExecPlugin: map.disable_exec_plugin === true,
        ...texts({ contextNameTemplate: map.context_name_template }),
      };
    default:
      return {
        type: 'identity',
        ...base,
        ...texts({ cluster: map.cluster }),
        sshConfig: (map.ssh_config ?? 'on') as 'on' | 'off',
        allowReissue: map.allow_reissue === true,
      };
  }
}

function toBase(map: ReadMap): OutputBase {
  const { credential_ttl: ttlMs, renewal_interval: intervalMs } = map as Record<string, number | undefined>;
  return {
    ...texts({ name: map.name }),
    destination: toDestination(map.destination as ReadMap),
    roles: (map.roles ?? []) as string[],
    ...(ttlMs === undefined || intervalMs === undefined ? {} : { lifetime: { ttlMs, intervalMs } }),
    onRenew: (map.on_renew ?? []) as string[],
  };
}

function toSelector({ name, labels, default_namespace }: ReadMap): KubernetesSelector {
  return {
    ...texts({ name, defaultNamespace: default_namespace }),
    ...(labels === undefined ? {} : { labels: labels as Record<string, string> }),
  };
}

/** Drops texts that are empty or absent. */
function texts<K extends string>(map: Record<K, unknown>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value)) as Partial<Record<K, string>>;
}

/** The keys of a destination, as the file has them. */
export function destinationDocument(destination: DestinationConfig) {
  if (destination.type === 'memory') return { type: 'memory' };
  const { type, path, symlinks, acls, readers } = destination;
  return { type, path, symlinks, acls, readers: unlessEmpty(readers) };
}

/** The keys of a service in the order of the real tool; what stands for a default may be undefined. */
export function serviceDocument(service: Service): Record<string, unknown> {
  const { type, name, destination, roles, onRenew } = service;
  return {
    type,
    name,
    destination: destinationDocument(destination),
    roles: unlessEmpty(roles),
    ...ownKeys(service),
    on_renew: unlessEmpty(onRenew),
  };
}

function ownKeys(service: Service): Record<string, unknown> {
  switch (service.type) {
    case 'identity':
      return {
        cluster: service.cluster,
        ssh_config: service.sshConfig === 'on' ? undefined : service.sshConfig,
        allow_reissue: service.allowReissue || undefined,
      };
    case 'ssh_host':
      return { principals: service.principals };
    case 'application':
      return { app_name: service.appName, specific_tls_naming: service.specificTlsNaming };
    case 'database':
      return {
        service: service.service,
        database: service.database,
        username: service.username,
        format: service.format || undefined,
      };
    case 'kubernetes':
      return { kubernetes_cluster: service.kubernetesCluster, disable_exec_plugin: service.disableExecPlugin };
    case 'kubernetes/v2':
      return {
        selectors: service.selectors.map(({ name, labels, defaultNamespace }) => ({
          name,
          labels,
          default_namespace: defaultNamespace,
        })),
        disable_exec_plugin: service.disableExecPlugin,
        context_name_template: service.contextNameTemplate,
      };
  }
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
