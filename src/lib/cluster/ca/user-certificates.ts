import type { KeyObject } from 'node:crypto';
import { type CertificateIdentity, encodeTraits, issueCertificate, issueSshCertificate } from '../../crypto/index.js';
import type { Authorities } from '../state.js';
import { validityFrom } from './validity.js';

/** Shorter SSH certificates are not made (join §3.3). */
const SHORTEST_SSH_MS = 60_000;

/** What roles allow on SSH sessions; a terminal is always allowed. */
export interface SshPermissions {
  portForwarding: boolean;
  agentForwarding: boolean;
  x11Forwarding: boolean;
}

/** How an SSH certificate is written. */
export interface SshForm extends SshPermissions {
  /** `oldssh`, for hosts with OpenSSH up to 7.1, says nothing of roles, traits and the like; default `standard`. */
  format?: 'standard' | 'oldssh';
  /** What roles add; name → value. */
  ownExtensions?: Readonly<Record<string, string>>;
}

export interface UserCertificateOptions {
  authorities: Pick<Authorities, 'user'>;
  identity: CertificateIdentity;
  now: Date;
  ttlMs: number;
  ssh: SshForm;
  tlsPublicKey: KeyObject;
  sshPublicKey: KeyObject;
}

/** The two certificates that users, bots and hosts get. */
export interface IssuedCertificates {
  /** PEM. */
  tls: string;
  /** One line with its newline, as clusters send it. */
  ssh: string;
}

/** Issues the two certificates of a user or bot, signed by the user authority (join §3.1–3.3). */
export async function issueUserCertificates(options: UserCertificateOptions): Promise<IssuedCertificates> {
  const { authorities, identity, now, ttlMs, ssh, tlsPublicKey, sshPublicKey } = options;
  const { user } = authorities;
  const { notBefore, notAfter } = validityFrom(now, ttlMs);
  const tls = await issueCertificate({
    ca: { certPem: user.tlsCertPem, key: user.tlsKey },
    publicKey: tlsPublicKey,
    identity,
    notBefore,
    notAfter,
  });
  const line = issueSshCertificate(
    {
      type: 'user',
      publicKey: sshPublicKey,
      keyId: identity.username,
      principals: identity.principals,
      validAfter: notBefore,
      validBefore: ttlMs < SHORTEST_SSH_MS ? validityFrom(now, SHORTEST_SSH_MS).notAfter : notAfter,
      criticalOptions: identity.pinnedIp ? { 'source-address': singleAddress(identity.pinnedIp) } : {},
      extensions: sshExtensions(identity, ssh),
    },
    user.sshKey,
  );
  return { tls, ssh: `${line}\n` };
}

function singleAddress(ip: string): string {
  return `${ip}/${ip.includes(':') ? 128 : 32}`;
}

/** The extensions of a user's SSH certificate (join §3.3): flags have the empty value, others stand only if not empty. */
function sshExtensions(
  identity: CertificateIdentity,
  { format, ownExtensions, ...permissions }: SshForm,
): Record<string, string> {
  const flags = {
    'permit-pty': true,
    'permit-port-forwarding': permissions.portForwarding,
    'permit-agent-forwarding': permissions.agentForwarding,
    'permit-X11-forwarding': permissions.x11Forwarding,
    renewable: identity.renewable,
    'disallow-reissue': identity.disallowReissue,
  };
  const { roles, activeRequests = [], previousIdentityExpires } = identity;
  const texts = {
    'mfa-verified': identity.mfaVerified,
    'prev-identity-expires': previousIdentityExpires?.toISOString().replace(/\.\d+Z$/, 'Z'),
    'login-ip': identity.loginIp,
    impersonator: identity.impersonator,
    generation: identity.generation ? String(identity.generation) : '',
    'bot-name@goteleport.com': identity.botName,
    'bot-instance-id@goteleport.com': identity.botInstanceId,
    'teleport-allowed-resources': identity.allowedResources,
    'teleport-connection-diagnostic-id': identity.connectionDiagnosticId,
    'private-key-policy': identity.privateKeyPolicy,
    'teleport-device-id': identity.deviceId,
    'teleport-device-asset-tag': identity.deviceAssetTag,
    'teleport-device-credential-id': identity.deviceCredentialId,
  };
  const ofStandard = {
    'teleport-traits': encodeTraits(identity.traits),
    'teleport-roles': roles.length > 0 ? JSON.stringify({ roles }) : '',
    'teleport-route-to-cluster': identity.routeToCluster,
    'teleport-active-requests': activeRequests.length > 0 ? JSON.stringify({ access_requests: activeRequests }) : '',
  };
  return Object.fromEntries([
    ...Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [[name, '']] : [])),
    ...Object.entries(texts).flatMap(([name, text]) => (text ? [[name, text]] : [])),
    ...Object.entries(ownExtensions ?? {}),
    ...Object.entries(format === 'oldssh' ? {} : ofStandard).flatMap(([name, text]) => (text ? [[name, text]] : [])),
  ]);
}
