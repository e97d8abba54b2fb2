import type { ClusterMaintenanceConfigV1 } from '../../gen/types/cluster_maintenance_pb.js';
import type { InstallerV1 } from '../../gen/types/installers_pb.js';
import type { Namespace } from '../../gen/types/namespaces_pb.js';
import type { RemoteClusterV3 } from '../../gen/types/remote_clusters_pb.js';
import type { SemaphoreV3 } from '../../gen/types/semaphores_pb.js';
import type { TrustedClusterV2 } from '../../gen/types/trusted_clusters_pb.js';
import type { UIConfigV1 } from '../../gen/types/ui_config_pb.js';
import { isTimeSet } from '../../resources/index.js';
import { printable } from '../../util/printable.js';
import { renderTable } from '../table.js';
import { formatShortTime, formatWeekdayTime } from '../times.js';
import { roleMapText } from './role-map.js';

/** The tables of what belongs to a cluster as a whole, after cli §12. */
export function trustedClustersTable(clusters: readonly TrustedClusterV2[]): string {
  const rows = clusters.map(({ metadata, spec }) => [
    metadata?.name ?? '',
    String(spec?.enabled ?? false),
    spec?.token ?? '',
    spec?.webProxyAddr ?? '',
    spec?.tunnelAddr ?? '',
    roleMapText(spec),
  ]);
  const headers = ['Name', 'Enabled', 'Token', 'Proxy Address', 'Reverse Tunnel Address', 'Role Map'];
  return renderTable(headers, rows);
}

export function remoteClustersTable(clusters: readonly RemoteClusterV3[]): string {
  const rows = clusters.map(({ metadata, status }) => [
    metadata?.name ?? '',
    status?.connection ?? '',
    isTimeSet(status?.lastHeartbeat) ? formatWeekdayTime(status.lastHeartbeat) : 'not available',
  ]);
  return renderTable(['Name', 'Status', 'Last Heartbeat'], rows);
}

/** A row for each lease. */
export function semaphoresTable(semaphores: readonly SemaphoreV3[]): string {
  const rows = semaphores.flatMap(({ subKind, metadata, spec }) =>
    (spec?.leases ?? []).map(({ leaseId, holder, expires }) => [
      subKind,
      metadata?.name ?? '',
      leaseId,
      holder,
      expires ? formatShortTime(expires) : '',
    ]),
  );
  return renderTable(['Kind', 'Name', 'LeaseID', 'Holder', 'Expires'], rows);
}

export function namespacesTable(namespaces: readonly Namespace[]): string {
  return renderTable(
    ['Name'],
    namespaces.map(({ metadata }) => [metadata?.name ?? '']),
  );
}

/** The scripts themselves, between lines. */
export function installersText(installers: readonly InstallerV1[]): string {
  return installers
    .map(({ metadata, spec }) =>
      printable(`Script: ${metadata?.name ?? ''}\n----------\n${spec?.script ?? ''}\n----------\n`),
    )
    .join('');
}

export function maintenanceConfigTable([config]: readonly ClusterMaintenanceConfigV1[]): string {
  const window = config?.spec?.agentUpgrades;
  const days = window?.weekdays.length ? `, weekdays=${window.weekdays.join(',')}` : '';
  const params = window ? `utc_start_hour=${window.utcStartHour}${days}` : 'none';
  return renderTable(['Type', 'Params'], [['Agent Upgrades', params]]);
}

export function uiConfigTable(configs: readonly UIConfigV1[]): string {
  const rows = configs.map(({ spec }) => [String(spec?.scrollbackLines ?? 0), spec?.showResources ?? '']);
  return renderTable(['Scrollback Lines', 'Show Resources'], rows);
}
