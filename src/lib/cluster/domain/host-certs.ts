import { durationMs } from '@bufbuild/protobuf/wkt';
import { issueSshCertificate, parseAuthorizedKey } from '../../crypto/index.js';
import type { GenerateHostCertRequest } from '../../gen/teleport/trust/v1/trust_service_pb.js';
import { SYSTEM_ROLES } from '../../resources/index.js';
import { CodedError } from '../../util/coded-error.js';
import { hostExtensions, hostPrincipals } from '../ca/host-certificates.js';
import { validityFrom } from '../ca/validity.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { missing } from './refusals.js';

/**
 * An SSH certificate for a host that is no part of the cluster (join §3.5, §4.4).
 * @returns one line with its newline
 * @throws ClusterError BadParameter.
 */
export function generateHostCert(state: ClusterState, request: GenerateHostCertRequest): string {
  const { clusterName, authorities, clock } = state;
  const { hostId, nodeName, principals, role } = request;
  if (hostId === '' && principals.length === 0) throw missing('host_id');
  if (request.clusterName === '') throw missing('cluster_name');
  if (request.clusterName !== clusterName) {
    throw new ClusterError('BadParameter', `cluster_name: this is ${clusterName}`);
  }
  if (!SYSTEM_ROLES.some((known) => known === role)) {
    throw new ClusterError('BadParameter', `role: "${role}" is not a system role`);
  }
  const ttlMs = request.ttl === undefined ? 0 : durationMs(request.ttl);
  if (ttlMs < 0) throw new ClusterError('BadParameter', 'ttl: must not be negative');
  const { notBefore, notAfter } = validityFrom(clock(), ttlMs);
  const line = issueSshCertificate(
    {
      type: 'host',
      publicKey: readKey(request.key),
      keyId: '',
      principals: [...new Set([...hostPrincipals({ hostId, nodeName, clusterName, role }), ...principals])],
      validAfter: notBefore,
      ...(ttlMs > 0 ? { validBefore: notAfter } : {}),
      criticalOptions: {},
      extensions: hostExtensions(clusterName, role),
    },
    authorities.host.sshKey,
  );
  return `${line}\n`;
}

function readKey(line: Uint8Array) {
  if (line.length === 0) throw missing('key');
  try {
    return parseAuthorizedKey(Buffer.from(line).toString('utf8').trim()).key;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ClusterError('BadParameter', 'key: must be an SSH public key', { cause });
  }
}
