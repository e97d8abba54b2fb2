import { CodedError } from '../util/coded-error.js';
import { rfc3339Seconds } from '../util/rfc3339.js';
import { encodeTraits, parseTraits } from './traits.js';
import { type CertificateLike, type CertificateName, certificateNames, type NamePart } from './x509-name.js';

/** The parts of an identity that travel in Teleport's own subject attributes; absent means not in the certificate. */
interface IdentityExtras {
  systemRoles: string[];
  kubeUsers: string[];
  kubeGroups: string[];
  kubeCluster: string;
  appSessionId: string;
  appPublicAddr: string;
  appTargetPort: number;
  appClusterName: string;
  appName: string;
  appAwsRoleArn: string;
  awsRoleArns: string[];
  appAwsCredentialProcess: string;
  appAzureIdentity: string;
  azureIdentities: string[];
  appGcpServiceAccount: string;
  gcpServiceAccounts: string[];
  /** The certificate may be exchanged for a fresh one (bots that joined with a token). */
  renewable: boolean;
  /** The cluster that issued the certificate. */
  teleportCluster: string;
  /** UUID of the MFA device that was used. */
  mfaVerified: string;
  previousIdentityExpires: Date;
  loginIp: string;
  pinnedIp: string;
  dbService: string;
  dbProtocol: string;
  dbUser: string;
  dbName: string;
  dbRoles: string[];
  dbNames: string[];
  dbUsers: string[];
  impersonator: string;
  activeRequests: string[];
  disallowReissue: boolean;
  /** Count of renewals of a bot's certificate, from 1. */
  generation: number;
  botName: string;
  botInstanceId: string;
  /** `local` or `sso`. */
  userType: string;
  allowedResources: string;
  privateKeyPolicy: string;
  connectionDiagnosticId: string;
  /** Attributes of the join as protobuf JSON text with proto field names. */
  joinAttributes: string;
  deviceId: string;
  deviceAssetTag: string;
  deviceCredentialId: string;
}

/** Who a certificate says its holder is (transport §8.1, join §3.1–3.2). */
export interface CertificateIdentity extends Partial<IdentityExtras> {
  /** The user name, or `<host id>.<cluster>` for a host. */
  username: string;
  /** The user's roles, or the one system role of a host; at least one. */
  roles: string[];
  /** Restrictions of use such as `usage:kube`; empty means unrestricted. */
  usage: string[];
  /** Logins. */
  principals: string[];
  routeToCluster: string;
  traits: Record<string, string[]>;
}

type Form = 'text' | 'list' | 'flag' | 'decimal' | 'time';

/** The extra attributes in the order in which a cluster writes them (join §3.2): OID below 1.3.9999, field, form. */
const EXTRAS: readonly [oid: string, field: keyof IdentityExtras, form: Form][] = [
  ['2.11', 'systemRoles', 'list'],
  ['1.1', 'kubeUsers', 'list'],
  ['1.2', 'kubeGroups', 'list'],
  ['1.3', 'kubeCluster', 'text'],
  ['1.4', 'appSessionId', 'text'],
  ['1.6', 'appPublicAddr', 'text'],
  ['1.21', 'appTargetPort', 'decimal'],
  ['1.5', 'appClusterName', 'text'],
  ['1.10', 'appName', 'text'],
  ['1.11', 'appAwsRoleArn', 'text'],
  ['1.12', 'awsRoleArns', 'list'],
  ['1.22', 'appAwsCredentialProcess', 'text'],
  ['1.16', 'appAzureIdentity', 'text'],
  ['1.17', 'azureIdentities', 'list'],
  ['1.18', 'appGcpServiceAccount', 'text'],
  ['1.19', 'gcpServiceAccounts', 'list'],
  ['1.13', 'renewable', 'flag'],
  ['1.7', 'teleportCluster', 'text'],
  ['1.8', 'mfaVerified', 'text'],
  ['2.12', 'previousIdentityExpires', 'time'],
  ['1.9', 'loginIp', 'text'],
  ['2.15', 'pinnedIp', 'text'],
  ['2.1', 'dbService', 'text'],
  ['2.2', 'dbProtocol', 'text'],
  ['2.3', 'dbUser', 'text'],
  ['2.4', 'dbName', 'text'],
  ['2.19', 'dbRoles', 'list'],
  ['2.5', 'dbNames', 'list'],
  ['2.6', 'dbUsers', 'list'],
  ['2.7', 'impersonator', 'text'],
  ['2.8', 'activeRequests', 'list'],
  ['2.9', 'disallowReissue', 'flag'],
  ['1.14', 'generation', 'decimal'],
  ['2.18', 'botName', 'text'],
  ['2.20', 'botInstanceId', 'text'],
  ['1.20', 'userType', 'text'],
  ['2.10', 'allowedResources', 'text'],
  ['1.15', 'privateKeyPolicy', 'text'],
  ['2.13', 'connectionDiagnosticId', 'text'],
  ['2.21', 'joinAttributes', 'text'],
  ['3.1', 'deviceId', 'text'],
  ['3.2', 'deviceAssetTag', 'text'],
  ['3.3', 'deviceCredentialId', 'text'],
];
const ARC = '1.3.9999.';

/**
 * The subject of a certificate for an identity, in the order that clusters write. Empty texts and lists, zero and
 * false are left out of the extra attributes.
 */
export function encodeSubject(identity: CertificateIdentity): NamePart[] {
  // The order of the standard attributes was read from certificates of a real cluster.
  return [
    { oid: '2.5.4.7', values: identity.principals },
    { oid: '2.5.4.9', values: [identity.routeToCluster] },
    { oid: '2.5.4.17', values: [encodeTraits(identity.traits)] },
    { oid: '2.5.4.10', values: identity.roles },
    { oid: '2.5.4.11', values: identity.usage },
    { oid: '2.5.4.3', values: [identity.username] },
    // Each extra value is an attribute set of its own, also those of lists.
    ...EXTRAS.flatMap(([oid, field]) =>
      extraTexts(identity[field]).map((text) => ({ oid: ARC + oid, values: [text] })),
    ),
  ];
}

function extraTexts(value: IdentityExtras[keyof IdentityExtras] | undefined): readonly string[] {
  if (!value) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof Date) return [rfc3339Seconds(value)];
  return [String(value)];
}

/**
 * Reads the identity out of a certificate's subject; fast enough to be done for each connection.
 * @throws CodedError `certificate_invalid` when the certificate is unreadable, names no user or no role, or holds a
 *   value of the wrong form
 */
export function decodeIdentity(certificate: CertificateLike): CertificateIdentity {
  const { subject } = certificateNames(certificate);
  const all = (name: string) => [...(subject.get(name) ?? [])];
  const username = all('CN').at(-1);
  const roles = all('O');
  if (!username) throw new CodedError('certificate_invalid', 'the certificate names no user');
  if (roles.length === 0) throw new CodedError('certificate_invalid', 'the certificate names no role');
  return {
    username,
    roles,
    usage: all('OU'),
    principals: all('L'),
    routeToCluster: all('street')[0] ?? '',
    traits: parseTraits(all('postalCode')[0] ?? 'null'),
    ...decodeExtras(subject),
  };
}

function decodeExtras(subject: CertificateName): Partial<IdentityExtras> {
  const extras: Record<string, unknown> = {};
  for (const [oid, field, form] of EXTRAS) {
    const values = subject.get(ARC + oid);
    if (values === undefined) continue;
    extras[field] = form === 'list' ? [...values] : readExtra(values.at(-1) ?? '', form, field);
  }
  return extras as Partial<IdentityExtras>; // the table pairs each field with the form of its type
}

function readExtra(value: string, form: Exclude<Form, 'list'>, field: string): string | boolean | number | Date {
  switch (form) {
    case 'text':
      return value;
    case 'flag':
      return value === 'true';
    case 'decimal':
      if (!/^\d{1,15}$/.test(value))
        throw new CodedError('certificate_invalid', `the certificate's ${field} is no number`);
      return Number(value);
    case 'time': {
      const time = new Date(value);
      if (Number.isNaN(time.getTime())) {
        throw new CodedError('certificate_invalid', `the certificate's ${field} is no RFC 3339 time`);
      }
      return time;
    }
  }
}
