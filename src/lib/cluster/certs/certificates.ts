import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import type { CertificateIdentity } from '../../crypto/index.js';
import { type Certs, CertsSchema } from '../../gen/proto/certs_pb.js';
import { type CertAuthorityV2, CertAuthorityV2Schema } from '../../gen/types/cert_authorities_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { type IssuedCertificates, issueUserCertificates } from '../ca/user-certificates.js';
import { getStored } from '../domain/stored-message.js';
import type { ClusterState } from '../state.js';
import type { SubjectKeys } from './public-keys.js';
import { grantsOf } from './role-grants.js';

/** Login that stands in a certificate whose roles give none; nobody can log in with it (join §3.4). */
const NO_LOGIN_PREFIX = '-teleport-nologin-';
/** Login that every certificate carries, by which clusters let their users join sessions. */
const SESSION_JOIN_LOGIN = '-teleport-internal-join';

/** What decides a certificate besides the roles' grants. */
export interface CertificateOrder {
  identity: Omit<CertificateIdentity, 'roles' | 'principals' | 'usage' | 'teleportCluster'>;
  roles: readonly RoleV6[];
  keys: SubjectKeys;
  /** Asked for; roles may shorten it. */
  requestedMs: number;
  /** Form of the SSH certificate; the roles say it unless the request does. */
  format?: 'standard' | 'oldssh' | undefined;
  /** Whether what roles say about the length of sessions counts; default yes. */
  isLimited?: boolean;
  /** Whether the answer names the host authority too, as agents need it for their own identity. */
  withHostAuthority: boolean;
}

/** Issues the certificates of a user or bot, with every attribute of join §3.1–3.4. */
export async function issueCertificates(state: ClusterState, order: CertificateOrder): Promise<Certs> {
  const { clusterName, authorities, clock } = state;
  const { identity, roles, keys, requestedMs } = order;
  const { ttlMs, logins, ssh, ...grants } = grantsOf(roles, identity.traits, requestedMs, order.isLimited);
  const { tls, ssh: sshCertificate } = await issueUserCertificates({
    authorities,
    identity: {
      ...grants,
      privateKeyPolicy: 'none',
      ...identity,
      roles: roles.map(({ metadata }) => metadata?.name ?? ''),
      usage: [],
      principals: [...(logins.length > 0 ? logins : [`${NO_LOGIN_PREFIX}${randomUUID()}`]), SESSION_JOIN_LOGIN],
      teleportCluster: clusterName,
    },
    now: clock(),
    ttlMs,
    ssh: order.format === undefined ? ssh : { ...ssh, format: order.format },
    tlsPublicKey: keys.tls,
    sshPublicKey: keys.ssh,
  });
  const types = order.withHostAuthority ? (['user', 'host'] as const) : (['user'] as const);
  return withAuthorities(state, { tls, ssh: sshCertificate }, types);
}

/** Certificates as they are handed out: with the authorities that their holder trusts from now on. */
export function withAuthorities(
  state: ClusterState,
  { tls, ssh }: IssuedCertificates,
  types: readonly ('user' | 'host')[],
): Certs {
  const trusted = types.flatMap((type) => storedAuthority(state, type));
  return create(CertsSchema, {
    tls: Buffer.from(tls),
    ssh: Buffer.from(ssh),
    tlsCaCerts: trusted.flatMap(keySets).flatMap(({ tls: pairs }) => pairs.map(({ cert }) => cert)),
    sshCaCerts: trusted.flatMap(keySets).flatMap(({ ssh: pairs }) => pairs.map(({ publicKey }) => publicKey)),
  });
}

function storedAuthority({ store, clusterName }: ClusterState, type: string): CertAuthorityV2[] {
  const found = store.read((transaction) =>
    getStored(transaction, CertAuthorityV2Schema, 'cert_authority', `${type}/${clusterName}`),
  );
  return found === undefined ? [] : [found];
}

function keySets({ spec }: CertAuthorityV2) {
  return [spec?.activeKeys, spec?.additionalTrustedKeys].filter((keys) => keys !== undefined);
}
