import { type CertificateIdentity, generatePrivateKey, issueCertificate, teleportKeyPem } from '../../crypto/index.js';
import type { Clock } from '../../util/clock.js';
import type { SystemRole } from '../auth/caller.js';
import type { Authorities } from '../state.js';
import { validityFrom } from './validity.js';

/** A certificate and its private key, as TLS servers want them. */
export interface TlsKeyPair {
  certPem: string;
  keyPem: string;
}

interface ServerNames {
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
}

interface IssueContext {
  authorities: Pick<Authorities, 'host'>;
  clusterName: string;
  clock: Clock;
  ttlMs: number;
}

/**
 * Issues the identity of a part of the cluster with a new key (join §3.5). That of the role `Admin` is also what the
 * auth service shows to its clients; it needs the names `*.teleport.cluster.local` and `teleport.cluster.local`.
 */
export function issueHostCertificate(
  options: IssueContext & ServerNames & { hostId: string; role: SystemRole },
): Promise<TlsKeyPair> {
  return issueServerCertificate(options, hostIdentity(options));
}

/** Who a part of the cluster is (join §3.5). @param systemRoles the services of an `Instance` */
export function hostIdentity({
  clusterName,
  hostId,
  role,
  systemRoles = [],
}: {
  clusterName: string;
  hostId: string;
  role: SystemRole;
  systemRoles?: readonly string[];
}): CertificateIdentity {
  return {
    ...NOBODY,
    username: `${hostId}.${clusterName}`,
    roles: [role],
    systemRoles: [...systemRoles],
    teleportCluster: clusterName,
  };
}

/** Issues the certificate of the proxy's HTTPS with a new key. It has no role, so it opens no door of the cluster. */
export function issueWebCertificate(options: IssueContext & ServerNames): Promise<TlsKeyPair> {
  return issueServerCertificate(options, { ...NOBODY, username: options.dnsNames[0] ?? options.clusterName });
}

const NOBODY: CertificateIdentity = {
  username: '',
  roles: [],
  usage: [],
  principals: [],
  routeToCluster: '',
  traits: {},
};

async function issueServerCertificate(
  { authorities: { host }, clock, ttlMs, dnsNames, ipAddresses }: IssueContext & ServerNames,
  identity: CertificateIdentity,
): Promise<TlsKeyPair> {
  const key = await generatePrivateKey('ecdsa-p256');
  const certPem = await issueCertificate({
    ca: { certPem: host.tlsCertPem, key: host.tlsKey },
    publicKey: key,
    identity,
    dnsNames,
    ipAddresses,
    ...validityFrom(clock(), ttlMs),
  });
  return { certPem, keyPem: teleportKeyPem(key) };
}
