import { type InventoryStatusSummary, InventoryStatusSummarySchema } from '../../gen/proto/inventory_pb.js';
import { type InstanceV1, InstanceV1Schema } from '../../gen/types/inventory_pb.js';
import { type JsonObject, toLegacyJson } from '../../resources/index.js';
import { printable } from '../../util/printable.js';
import { renderTable } from '../table.js';

const NONE = 'none';

/** The text of `inventory status` (cli §18); what the real tool prints in any order is sorted here. */
export function inventoryStatusText(summary: InventoryStatusSummary): string {
  const total = 'Total Instances';
  const sections = {
    Versions: summary.versionCounts,
    Upgraders: summary.upgraderCounts,
    Services: summary.serviceCounts,
  };
  const lines = Object.entries(sections).flatMap(([name, counts]) => sectionLines(name, counts, total.length));
  return [...lines, `${total}: ${summary.instanceCount}`].map((line) => `${line}\n`).join('');
}

function sectionLines(name: string, counts: Record<string, number>, width: number): string[] {
  const entries = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return [`${name}: ${' '.repeat(width - name.length)}${NONE}`];
  const widest = Math.max(...entries.map(([key]) => key.length));
  return [`${name}:`, ...entries.map(([key, count]) => `  ${`${printable(key)}:`.padEnd(widest + 1)} ${count}`)];
}

/** The table of `inventory status --connected`. */
export function connectedTable({ connected }: InventoryStatusSummary): string {
  return renderTable(
    ['Server ID', 'Services', 'Version', 'Upgrader'],
    connected.map((hello) => [hello.serverId, hello.services.join(','), hello.version, hello.externalUpgrader || NONE]),
  );
}

/** The JSON value of `inventory status`. */
export function inventoryStatusDocument(summary: InventoryStatusSummary): JsonObject {
  return toLegacyJson(InventoryStatusSummarySchema, summary);
}

const HEADERS = ['Server ID', 'Hostname', 'Services', 'Agent Version', 'Upgrader', 'Upgrader Version', 'Update Group'];

/** The table of `inventory ls`. */
export function instancesTable(instances: readonly InstanceV1[]): string {
  const rows = instances.map(({ header, spec }) => [
    header?.metadata?.name ?? '',
    spec?.hostname ?? '',
    (spec?.services ?? []).join(','),
    spec?.version ?? '',
    spec?.extUpgrader || NONE,
    spec?.extUpgraderVersion || NONE,
    spec?.updaterInfo?.updateGroup ?? '',
  ]);
  return renderTable(HEADERS, rows);
}

/** The JSON values of `inventory ls`. */
export function instancesDocuments(instances: readonly InstanceV1[]): JsonObject[] {
  return instances.map((instance) => toLegacyJson(InstanceV1Schema, instance));
}
