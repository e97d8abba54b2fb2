import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type CertificateIdentity, decodeIdentity } from '../../crypto/index.js';
import { SYSTEM_ROLES } from '../../resources/index.js';
import { ClusterError } from '../errors.js';
import type { Authorities } from '../state.js';
import type { Caller, SystemRole } from './caller.js';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

export interface VerificationContext {
  authorities: Authorities;
  clusterName: string;
  now: Date;
}

/**
 * Finds out who is on the other end of a TLS connection (transport §5.7, join §0.3).
 * @throws ClusterError `AccessDenied` for a certificate that this cluster does not accept; the cause says why.
 */
export function callerOf(socket: TLSSocket, context: VerificationContext): Caller {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? { kind: 'anonymous' } : verifyCertificate(certificate, context);
}

/** As `callerOf`, from the certificate. `issuerCertificate` is set when the client sent more than one. */
export function verifyCertificate(certificate: X509Certificate, context: VerificationContext): Caller {
  if (certificate.issuerCertificate !== undefined) throw refused('the client sent more than one certificate');
  const issuer = issuerOf(certificate, context.authorities);
  if (issuer === undefined) throw refused('not issued by an authority of this cluster');
  if (certificate.validFromDate > context.now) throw refused('not valid yet');
  if (certificate.validToDate < context.now) throw refused('expired');
  if (certificate.ca || !certificate.keyUsage?.includes(CLIENT_AUTH)) throw refused('not made for clients');

  const identity = identityOf(certificate);
  if (identity.teleportCluster !== context.clusterName) throw refused('issued for another cluster');
  const role = SYSTEM_ROLES.find((name) => identity.roles.includes(name));
  if (issuer !== (role === undefined ? 'user' : 'host')) throw refused(`the ${issuer} authority does not issue this`);
  if (identity.usage.length > 0) throw refused('restricted to another use');
  return role === undefined
    ? userCaller(identity, certificate.validToDate)
    : builtinCaller(identity, role, context.clusterName);
}

function issuerOf(certificate: X509Certificate, authorities: Authorities): 'host' | 'user' | undefined {
  for (const authority of [authorities.user, authorities.host]) {
    for (const pem of authority.trustedTlsCertPems) {
      const issuer = new X509Certificate(pem);
      if (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)) return authority.type;
    }
  }
  return undefined;
}

function identityOf(certificate: X509Certificate): CertificateIdentity {
  try {
    return decodeIdentity(certificate);
  } catch (error) {
    throw refused('its subject cannot be read', error);
  }
}

function userCaller(identity: CertificateIdentity, expires: Date): Caller {
  const { username, roles, traits } = identity;
  return { kind: 'user', username, roles, traits, identity, expires };
}

function builtinCaller(identity: CertificateIdentity, role: SystemRole, clusterName: string): Caller {
  const suffix = `.${clusterName}`;
  const { username } = identity;
  return { kind: 'builtin', role, hostId: username.endsWith(suffix) ? username.slice(0, -suffix.length) : username };
}

/** The client learns only that; the reason is for the log. */
function refused(reason: string, cause?: unknown): ClusterError {
  return new ClusterError('AccessDenied', 'access denied: invalid client certificate', {
    cause: new Error(`client certificate refused: ${reason}`, { cause }),
  });
}
