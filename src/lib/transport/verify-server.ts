import type { X509Certificate } from 'node:crypto';
import tls from 'node:tls';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** Whether a certificate was signed by one of these authorities themselves. */
export function isIssuedByAny(certificate: X509Certificate, authorities: X509Certificate[]): boolean {
  return authorities.some((ca) => ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey));
}

/**
 * Verifies a server's certificate where OpenSSL must not know the authorities: it would add them to the client's own
 * certificate when they issued that too, and auth services take nothing but a single certificate (transport §5.7).
 * Auth services present a certificate that a root has signed itself, so no chain needs to be built.
 * @returns what is wrong, as Node names it; undefined when all is well
 */
export function verifyServerCertificate(
  certificate: X509Certificate | undefined,
  { roots, serverName, now }: { roots: X509Certificate[]; serverName: string; now: Date },
): string | undefined {
  if (certificate === undefined) return 'NO_CERTIFICATE';
  const inForce = (one: X509Certificate) => one.validFromDate <= now && now < one.validToDate;
  if (!isIssuedByAny(certificate, roots.filter(inForce))) return 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  if (!inForce(certificate)) return 'CERT_HAS_EXPIRED';
  if (!certificate.keyUsage?.includes(SERVER_AUTH)) return 'INVALID_PURPOSE';
  if (tls.checkServerIdentity(serverName, certificate.toLegacyObject()) !== undefined)
    return 'ERR_TLS_CERT_ALTNAME_INVALID';
  return undefined;
}
