import { type CAKeySet, type CertAuthorityV2, CertAuthorityV2Schema } from '../../gen/types/cert_authorities_pb.js';
import { CERT_AUTHORITY_TYPES } from '../../resources/index.js';
import { validateCertAuthority, withCertAuthorityDefaults } from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { checkName } from './names.js';
import { doesNotExist } from './refusals.js';
import { decodeStored, getStored, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'cert_authority';

export interface AuthorityRef {
  type: string;
  /** The cluster that the authority belongs to. */
  domain: string;
}

/**
 * @param withKeys whether private keys stay in; else only public parts are answered (wire §6.4).
 * @throws ClusterError BadParameter for an unknown type, NotFound.
 */
export function getCertAuthority(
  { store }: ClusterState,
  { type, domain }: AuthorityRef,
  withKeys = false,
): CertAuthorityV2 {
  checkType(type);
  const found = store.read((transaction) => getStored(transaction, CertAuthorityV2Schema, KIND, `${type}/${domain}`));
  if (found === undefined) throw doesNotExist(KIND, `${type}/${domain}`);
  return withKeys ? found : withoutKeys(found);
}

/** The authorities of one type: this cluster's and those of clusters that trust it. */
export function listCertAuthorities({ store }: ClusterState, type: string, withKeys = false): CertAuthorityV2[] {
  checkType(type);
  const items = store.read((transaction) => transaction.list(KIND, { prefix: `${type}/` }));
  return items
    .map((item) => decodeStored(CertAuthorityV2Schema, item))
    .map((authority) => (withKeys ? authority : withoutKeys(authority)));
}

/** Creates or replaces. The cluster goes on signing with the keys that it has loaded. */
export async function upsertCertAuthority(
  { store, clusterName }: ClusterState,
  given: CertAuthorityV2,
): Promise<CertAuthorityV2> {
  const authority = withCertAuthorityDefaults(given);
  refuseProblems(validateCertAuthority(authority));
  const { type = '', clusterName: domain = '' } = authority.spec ?? {};
  checkType(type);
  checkName(KIND, domain);
  if (domain === clusterName) {
    throw new ClusterError(
      'BadParameter',
      `cert_authority ${type}/${domain} is the cluster's own; its keys change by rotation only`,
    );
  }
  const stored = await store.write((transaction) =>
    putStored(transaction, CertAuthorityV2Schema, KIND, `${type}/${domain}`, authority),
  );
  return withoutKeys(stored);
}

/** @throws ClusterError BadParameter for one of the cluster's own, NotFound. */
export async function deleteCertAuthority(
  { store, clusterName }: ClusterState,
  { type, domain }: AuthorityRef,
): Promise<void> {
  checkType(type);
  if (domain === clusterName) {
    throw new ClusterError(
      'BadParameter',
      `cert_authority ${type}/${domain} is the cluster's own and cannot be deleted`,
    );
  }
  await store.write((transaction) => {
    if (!transaction.delete(KIND, `${type}/${domain}`)) {
      throw new ClusterError('NotFound', `cert_authority ${type}/${domain} is not found`);
    }
  });
}

/** The trusted TLS certificates of the cluster's host authority: PEM, joined with a newline (wire §4.3). */
export function clusterCaPem(state: ClusterState): Uint8Array {
  const { spec } = getCertAuthority(state, { type: 'host', domain: state.clusterName });
  const certs = [...(spec?.activeKeys?.tls ?? []), ...(spec?.additionalTrustedKeys?.tls ?? [])].map(({ cert }) => cert);
  return Buffer.concat(certs.flatMap((cert, index) => (index === 0 ? [cert] : [Buffer.from('\n'), cert])));
}

function checkType(type: string): void {
  if (!CERT_AUTHORITY_TYPES.some((known) => known === type)) {
    throw new ClusterError('BadParameter', `"${type}" authority type is not supported`);
  }
}

function withoutKeys(authority: CertAuthorityV2): CertAuthorityV2 {
  stripKeys(authority.spec?.activeKeys);
  stripKeys(authority.spec?.additionalTrustedKeys);
  return authority;
}

function stripKeys(keys: CAKeySet | undefined): void {
  for (const pair of [...(keys?.ssh ?? []), ...(keys?.jwt ?? [])]) pair.privateKey = new Uint8Array();
  for (const pair of keys?.tls ?? []) pair.key = new Uint8Array();
}
