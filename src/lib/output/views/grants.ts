import type { AccessList, ReviewFrequency } from '../../gen/teleport/accesslist/v1/accesslist_pb.js';
import type { WorkloadIdentity } from '../../gen/teleport/workloadidentity/v1/resource_pb.js';
import { renderTable } from '../table.js';
import { formatShortTime } from '../times.js';

/** By ReviewFrequency. */
const FREQUENCIES: Readonly<Record<ReviewFrequency, string>> = {
  0: '',
  1: '1 month',
  3: '3 months',
  6: '6 months',
  12: '1 year',
};

/** The tables of access lists and workload identities, after cli §12. */
export function accessListsTable(lists: readonly AccessList[]): string {
  const rows = lists.map(({ header, spec }) => [
    header?.metadata?.name ?? '',
    spec?.title ?? '',
    FREQUENCIES[spec?.audit?.recurrence?.frequency ?? 0] ?? '', // a later version may know others
    spec?.audit?.nextAuditDate ? formatShortTime(spec.audit.nextAuditDate) : '',
  ]);
  return renderTable(['Name', 'Title', 'Review Frequency', 'Next Audit Date'], rows);
}

/** By name. */
export function workloadIdentitiesTable(identities: readonly WorkloadIdentity[]): string {
  const rows = identities
    .map(({ metadata, spec }) => [metadata?.name ?? '', spec?.spiffe?.id ?? ''])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return renderTable(['Name', 'SPIFFE ID'], rows);
}
