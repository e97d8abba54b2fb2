import type { Certs } from '../../gen/proto/certs_pb.js';
import type { SystemRole } from '../auth/caller.js';
import { issueHostCertificates } from '../ca/host-certificates.js';
import { withAuthorities } from '../certs/certificates.js';
import { lockedOut, lockOn } from '../domain/locks.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import { findJoinToken, SERVICE_ROLES, servicesOf } from './admission.js';
import type { Joiner, JoinRequest } from './request.js';

/** What certificates can hold as a name, and logs can show. */
const NAME = /^[\x21-\x7e]{1,253}$/;

/**
 * Admits a host (join §1.4): a service of a cluster, or the `Instance` that runs several. The token stays, so that more
 * hosts can use it. The identity opens no method of this cluster: it has no services of hosts.
 * @throws ClusterError AccessDenied, BadParameter.
 */
export async function joinHost(state: ClusterState, request: JoinRequest, { address }: Joiner): Promise<Certs> {
  const { authorities, clusterName, store, clock, log } = state;
  const services = store.read((transaction) => admit(transaction, request, clock()));
  const { hostId, nodeName } = request;
  const additionalPrincipals = checkedNames('additional_principals', request.additionalPrincipals);
  const dnsNames = checkedNames('dns_names', request.dnsNames);
  checkedNames('host_id', [hostId]);
  const role = hostRole(request.role);
  if (request.expires !== undefined) {
    throw new ClusterError('BadParameter', 'expires: only bots may ask when their certificates end');
  }
  const keys = request.readKeys();
  const issued = await issueHostCertificates({
    authorities,
    clusterName,
    now: clock(),
    hostId,
    nodeName,
    role,
    systemRoles: role === 'Instance' ? services : [],
    additionalPrincipals: additionalPrincipals.map((name) => (name === '0.0.0.0' ? address : name)),
    dnsNames,
    tlsPublicKey: keys.tls,
    sshPublicKey: keys.ssh,
  });
  log('info', `host ${hostId} joined as ${role}`);
  return withAuthorities(state, issued, ['host']);
}

/** @returns the services that the token is for */
function admit(transaction: ReadTransaction, request: JoinRequest, now: Date): SystemRole[] {
  const token = findJoinToken(transaction, request, 'token');
  const lock = lockOn(transaction, now, { roles: [], hostId: request.hostId, joinToken: request.token });
  if (lock !== undefined) throw lockedOut(lock);
  return servicesOf(token);
}

/** Never `Admin` or the like, whatever a token says: their certificates would rule the cluster. */
function hostRole(text: string): SystemRole {
  const role = [...SERVICE_ROLES, 'Instance' as const].find((known) => known === text);
  if (role === undefined) throw new ClusterError('BadParameter', `no host joins with the role "${text}"`);
  return role;
}

/** @returns those that are not empty. @throws ClusterError BadParameter */
function checkedNames(field: string, names: readonly string[]): string[] {
  const given = names.filter((name) => name !== '');
  const wrong = given.find((name) => !NAME.test(name));
  if (wrong === undefined) return given;
  throw new ClusterError('BadParameter', `${field}: ${JSON.stringify(wrong.slice(0, 253))} cannot be a name`);
}
