import { create } from '@bufbuild/protobuf';
import {
  type Features,
  FeaturesSchema,
  type PingResponse,
  PingResponseSchema,
  SupportType,
} from '../../gen/proto/ping_pb.js';
import { ZERO_TIME_SECONDS } from '../../resources/index.js';
import { AUTH_PREFERENCE, getSingleton } from '../domain/cluster-config.js';
import type { ClusterState } from '../state.js';

/** What the community edition has switched on, as it reports it (recorded from 18.0.0). */
const ENABLED = ['App', 'DB', 'Desktop', 'JoinActiveSessions', 'K8s'];
const DISABLED = [
  'AccessGraphDemoMode',
  'AccessLists',
  'AccessMonitoring',
  'AccessRequests',
  'CloudAuditLogRetention',
  'DeviceTrust',
  'ExternalAuditStorage',
  'FeatureHiding',
  'HSM',
  'Identity',
  'LicenseAutoUpdate',
  'MobileDeviceManagement',
  'OIDC',
  'OktaSCIM',
  'OktaUserSync',
  'Policy',
  'SAML',
  'SessionLocks',
  'UnrestrictedManagedUpdates',
  'UpsellAlert',
  'UsageReporting',
];

/** @param remoteAddress the caller's `host:port`. */
export function pingResponse(state: ClusterState, remoteAddress: string): PingResponse {
  return create(PingResponseSchema, {
    clusterName: state.clusterName,
    serverVersion: state.serverVersion,
    serverFeatures: features(),
    proxyPublicAddr: state.addresses.proxy,
    remoteAddr: remoteAddress,
    signatureAlgorithmSuite: getSingleton(state, AUTH_PREFERENCE).spec?.signatureAlgorithmSuite,
    licenseExpiry: { seconds: ZERO_TIME_SECONDS }, // no licence: Go's zero time, always present (wire §4.3)
  });
}

function features(): Features {
  return create(FeaturesSchema, {
    kubernetes: true,
    app: true,
    db: true,
    desktop: true,
    deviceTrust: {},
    accessRequests: {},
    accessList: {},
    accessMonitoring: {},
    policy: {},
    supportType: SupportType.FREE,
    joinActiveSessions: true,
    entitlements: Object.fromEntries([
      ...ENABLED.map((name) => [name, { enabled: true }] as const),
      ...DISABLED.map((name) => [name, {}] as const),
    ]),
  });
}
