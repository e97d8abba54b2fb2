import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

import { systemClock } from '../util/clock.js';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/**
 * What a server's certificate is judged by. `web`: a chain to one of these roots, built and checked by OpenSSL.
 * `authorities`: a certificate that one of these has signed itself, which is what auth services present. OpenSSL is
 * not told of these: it would send an authority along with a client certificate of its own, as on an auth host, and
 * auth services take nothing but a single certificate (transport §5.7). `inside`: by name and time only, for a stranger's
 * connection inside another one whose server has been verified (transport §5.5). All PEM.
 */
export type ServerTrust =
  | { kind: 'web'; roots: string[] }
  | { kind: 'authorities'; caPems: string[] }
  | { kind: 'inside' };

/** What is wrong with the certificate that a server has shown, as Node names it; undefined when all is well. */
export function findCertificateProblem(
  socket: TLSSocket,
  certificate: X509Certificate,
  serverName: string,
  trust: ServerTrust,
): string | undefined {
  if (trust.kind === 'authorities') {
    const authorities = trust.caPems.map((pem) => new X509Certificate(pem));
    return verifyIssuedCertificate(certificate, { authorities, serverName, now: systemClock() });
  }
  if (trust.kind === 'inside') return findMismatch(certificate, serverName, systemClock());
  if (!socket.authorized) return String(socket.authorizationError);
  return hasName(certificate, serverName) ? undefined : WRONG_NAME;
}

const WRONG_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** Verifies a server certificate that an authority must have signed itself. */
export function verifyIssuedCertificate(
  certificate: X509Certificate,
  { authorities, serverName, now }: { authorities: X509Certificate[]; serverName: string; now: Date },
): string | undefined {
  const isInForce = (one: X509Certificate) => one.validFromDate <= now && now < one.validToDate;
  const isIssuer = (ca: X509Certificate) =>
    ca.ca && isInForce(ca) && certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
  if (!authorities.some(isIssuer)) return 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  return findMismatch(certificate, serverName, now);
}

/** What a server certificate itself says against its use for this name at this time. */
function findMismatch(certificate: X509Certificate, serverName: string, now: Date): string | undefined {
  if (certificate.validFromDate > now) return 'CERT_NOT_YET_VALID';
  if (certificate.validToDate <= now) return 'CERT_HAS_EXPIRED';
  if (!certificate.keyUsage?.includes(SERVER_AUTH)) return 'INVALID_PURPOSE';
  return hasName(certificate, serverName) ? undefined : WRONG_NAME;
}

/** Whether a text is an address in numbers. Node's own test compiles a pattern that takes longer than a handshake. */
export function isNumericAddress(text: string): boolean {
  return /^[0-9.]+$|:/.test(text);
}

/** Whether a certificate is for this host name or address. A subject CN is no name, and `*` stands for a whole label. */
function hasName(certificate: X509Certificate, name: string): boolean {
  const rules = { subject: 'never', partialWildcards: false } as const;
  const found = isNumericAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name, rules);
  return found !== undefined;
}
