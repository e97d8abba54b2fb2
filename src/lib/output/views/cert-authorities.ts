import type { CertAuthorityV2 } from '../../gen/types/cert_authorities_pb.js';
import { authorityFingerprints } from '../../resources/authority-keys.js';
import { renderTable } from '../table.js';
import { roleMapText } from './role-map.js';

/** The table of `get cas --format=text`: a row per trusted SSH key (cli §12). */
export function certAuthoritiesTable(authorities: readonly CertAuthorityV2[]): string {
  const rows = authorities.flatMap((authority) =>
    authorityFingerprints(authority).map((fingerprint) => [
      authority.spec?.clusterName ?? '',
      authority.spec?.type ?? '',
      fingerprint,
      authority.spec?.type === 'host' ? 'N/A' : roleMapText(authority.spec),
    ]),
  );
  return renderTable(['Cluster Name', 'CA Type', 'Fingerprint', 'Role Map'], rows);
}
