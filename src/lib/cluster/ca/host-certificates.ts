import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { issueCertificate, issueSshCertificate } from '../../crypto/index.js';
import { API_DOMAIN } from '../../util/cluster-hostname.js';
import type { SystemRole } from '../auth/caller.js';
import type { Authorities } from '../state.js';
import { hostIdentity } from './server-certificates.js';
import type { IssuedCertificates } from './user-certificates.js';
import { TEN_YEARS_MS, validityFrom } from './validity.js';

/** Roles whose TLS servers clients find by the names that every cluster has (join §3.5). */
const SERVER_ROLES: readonly SystemRole[] = ['Auth', 'Admin', 'Proxy', 'Kube', 'App', 'Db', 'WindowsDesktop', 'Okta'];
const API_NAMES: readonly string[] = [`*.${API_DOMAIN}`, API_DOMAIN];
/** Roles that may name servers of their own choice. */
const NAMING_ROLES: readonly SystemRole[] = ['Auth', 'Admin', 'Proxy', 'Kube', 'WindowsDesktop'];

export interface HostCertificateOptions {
  authorities: Pick<Authorities, 'host'>;
  clusterName: string;
  now: Date;
  hostId: string;
  /** May be empty. */
  nodeName: string;
  role: SystemRole;
  /** The services of an `Instance`. */
  systemRoles: readonly string[];
  additionalPrincipals: readonly string[];
  dnsNames: readonly string[];
  tlsPublicKey: KeyObject;
  sshPublicKey: KeyObject;
}

/** Issues the two certificates of a part of the cluster, signed by the host authority (join §3.5). */
export async function issueHostCertificates(options: HostCertificateOptions): Promise<IssuedCertificates> {
  const { authorities, clusterName, now, role, additionalPrincipals, tlsPublicKey, sshPublicKey } = options;
  const { host } = authorities;
  const names = [
    ...additionalPrincipals,
    ...(SERVER_ROLES.includes(role) ? API_NAMES : []),
    ...(NAMING_ROLES.includes(role) ? options.dnsNames : []),
  ];
  const validity = validityFrom(now, TEN_YEARS_MS);
  const tls = await issueCertificate({
    ca: { certPem: host.tlsCertPem, key: host.tlsKey },
    publicKey: tlsPublicKey,
    identity: hostIdentity(options),
    dnsNames: distinct(names.filter((name) => !isAddress(name))),
    ipAddresses: distinct(names.filter(isAddress)),
    ...validity,
  });
  const line = issueSshCertificate(
    {
      type: 'host',
      publicKey: sshPublicKey,
      keyId: '',
      principals: distinct([...hostPrincipals(options), ...additionalPrincipals]),
      validAfter: validity.notBefore,
      criticalOptions: {},
      extensions: hostExtensions(clusterName, role),
    },
    host.sshKey,
  );
  return { tls, ssh: `${line}\n` };
}

/** The names by which every host is found, besides those that it asks for. */
export function hostPrincipals({
  hostId,
  nodeName,
  clusterName,
  role,
}: Pick<HostCertificateOptions, 'hostId' | 'nodeName' | 'clusterName'> & { role: string }): string[] {
  if (role === 'Admin') return [hostId];
  if (hostId === '') return [];
  const node = nodeName === '' ? [] : [`${nodeName}.${clusterName}`, nodeName];
  return distinct([`${hostId}.${clusterName}`, hostId, ...node, 'localhost', '127.0.0.1', '::1']);
}

export function hostExtensions(clusterName: string, role: string): Record<string, string> {
  return { 'x-teleport-authority': clusterName, 'x-teleport-role': role };
}

/** An address with a zone (`fe80::1%eth0`) is for certificates a name like any other. */
function isAddress(name: string): boolean {
  return isIP(name) !== 0 && !name.includes('%');
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
