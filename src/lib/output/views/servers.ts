import type { ServerV2 } from '../../gen/types/servers_pb.js';
import { fitRows, renderTable } from '../table.js';

/** Labels of the cluster's own are shown only in full tables. */
const OWN_LABEL = /^teleport\.(dev|hidden|internal)\//;

/** The table of nodes, proxies and auth services (cli §12). @param width columns of the terminal; Infinity shows all. */
export function serversTable(servers: readonly ServerV2[], { width }: { width: number }): string {
  const headers = ['Host', 'UUID', 'Public Address', 'Labels', 'Version'];
  const whole = !Number.isFinite(width);
  const rows = servers.map((server) => [
    server.spec?.hostname ?? '',
    server.metadata?.name ?? '',
    server.spec?.addr ?? '',
    labelsText(labelsOf(server), whole),
    server.spec?.version ?? '',
  ]);
  return renderTable(headers, whole ? rows : fitRows(headers, rows, { width, long: 3 }));
}

/** Fixed labels and those that commands give. */
function labelsOf({ metadata, spec }: ServerV2): Record<string, string> {
  const dynamic = Object.entries(spec?.cmdLabels ?? {}).map(([key, { result }]) => [key, result]);
  return { ...metadata?.labels, ...Object.fromEntries(dynamic) };
}

/** Plain keys first, then those with a slash, then the cluster's own (cli §3.4). */
function labelsText(labels: Record<string, string>, withOwn: boolean): string {
  const rank = (key: string) => (OWN_LABEL.test(key) ? 2 : key.includes('/') ? 1 : 0);
  return Object.entries(labels)
    .filter(([key]) => withOwn || !OWN_LABEL.test(key))
    .map(([key, value]) => ({ rank: rank(key), text: `${key}=${value}` }))
    .sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text)
    .join(',');
}
