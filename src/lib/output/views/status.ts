import { create } from '@bufbuild/protobuf';
import type { CertAuthorityV2 } from '../../gen/types/cert_authorities_pb.js';
import { type Rotation, RotationSchema } from '../../gen/types/rotation_pb.js';
import { authorityKeys, hostCaPins } from '../../resources/authority-keys.js';
import { isTimeSet, type JsonObject, toLegacyJson } from '../../resources/index.js';
import { renderRows, renderTable } from '../table.js';
import { formatLongTime } from '../times.js';

/** What `status` shows. */
export interface StatusReport {
  readonly clusterName: string;
  readonly serverVersion: string;
  readonly authorities: readonly CertAuthorityV2[];
}

const HEADERS = ['authority', 'rotation', 'protocol', 'status', 'algorithm', 'storage'];

/** The text of `status` (cli §15). @param allClusters also show the authorities of other clusters. */
export function statusText(report: StatusReport, { allClusters = false }: { allClusters?: boolean } = {}): string {
  const { clusterName, serverVersion, authorities } = report;
  const pins = hostCaPins(authorities, clusterName).map((pin, index) => [index === 0 ? 'CA pins:' : '', pin]);
  const summary = renderRows([['Cluster:', clusterName], ['Version:', serverVersion], ...pins]);
  const shown = authorities.filter(({ spec }) => allClusters || spec?.clusterName === clusterName);
  return `${summary}\n${renderTable(HEADERS, shown.flatMap(authorityRows))}`;
}

function authorityRows(authority: CertAuthorityV2): string[][] {
  const keys = authorityKeys(authority).map(({ protocol, status, algorithm, storage }) => [
    protocol,
    status,
    algorithm,
    storage,
  ]);
  const cells = keys.length > 0 ? keys : [['', 'no keys found for authority', '', '']];
  const first = [authority.spec?.type ?? '', rotationText(authority.spec?.rotation)];
  return cells.map((row, index) => [...(index === 0 ? first : ['', '']), ...row]);
}

function rotationText(rotation: Rotation | undefined): string {
  const { state = '', lastRotated, mode = 'manual', phase = '', started, gracePeriod = 0n } = rotation ?? {};
  if (state === '' || state === 'standby') {
    return isTimeSet(lastRotated)
      ? `standby (last rotated: ${formatLongTime(lastRotated)})`
      : 'standby (never rotated)';
  }
  if (state !== 'in_progress') return 'unknown';
  if (mode !== 'auto' || !started) return `in progress (mode: manual, phase: ${phase})`;
  const ending = { ...started, seconds: started.seconds + gracePeriod / 1_000_000_000n };
  return `in progress (mode: automatic, phase: ${phase}, started: ${formatLongTime(started)}, ending: ${formatLongTime(ending)})`;
}

/** The JSON value of `status`, in the form of version 19 (cli, later versions). */
export function statusDocument({ clusterName, serverVersion, authorities }: StatusReport): JsonObject {
  return {
    cluster: { name: clusterName, version: serverVersion, ca_pins: hostCaPins(authorities, clusterName) },
    authorities: authorities.map((authority) => ({
      cluster_name: authority.spec?.clusterName ?? '',
      type: authority.spec?.type ?? '',
      rotation: toLegacyJson(RotationSchema, authority.spec?.rotation ?? create(RotationSchema)),
      keys: authorityKeys(authority),
    })),
  };
}
