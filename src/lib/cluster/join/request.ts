import type { RegisterUsingTokenRequest } from '../../gen/types/register_pb.js';
import { SYSTEM_ROLES } from '../../resources/index.js';
import type { Caller } from '../auth/caller.js';
import { readSubjectKeys, type SubjectKeys } from '../certs/public-keys.js';
import type { CurrentInstance } from '../domain/bot-authentications.js';
import { missing } from '../domain/refusals.js';
import { momentOf } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';

/** Who joins, as the connection tells: never from the request's own fields. */
export interface Joiner {
  /** IP address. */
  address: string;
  /** What a certificate of this cluster says about the caller, when it has one of a bot. */
  current: CurrentInstance | undefined;
}

/** What of a join request counts (join §1.2); the fields that name address or instance are not looked at. */
export interface JoinRequest {
  token: string;
  role: string;
  nodeName: string;
  /** When the certificates are asked to end. */
  expires: Date | undefined;
  /** UUID of a host, who says it itself; empty for bots. */
  hostId: string;
  /** Names that the certificates of a host are to be good for. */
  additionalPrincipals: readonly string[];
  /** As above, for TLS alone. */
  dnsNames: readonly string[];
  /** Reads the keys. @throws ClusterError BadParameter */
  readKeys(): SubjectKeys;
}

/** @throws ClusterError BadParameter for what no cluster would take (join §1.3 step 2). */
export function checkJoinRequest(given: RegisterUsingTokenRequest): JoinRequest {
  const { hostId, nodeName, role, token } = given;
  if (hostId === '' && role !== 'Bot') throw missing('host_id');
  if (token === '') throw missing('token');
  if (!SYSTEM_ROLES.some((known) => known === role)) {
    throw new ClusterError('BadParameter', `role "${role}" is not a system role`);
  }
  return {
    token,
    role,
    nodeName,
    hostId,
    additionalPrincipals: given.additionalPrincipals,
    dnsNames: given.dnsNames,
    expires: momentOf(given.expires),
    readKeys: () => readSubjectKeys(given.publicTlsKey, given.publicSshKey),
  };
}

/** @param address the caller's IP address; an IPv4 address in IPv6 form is shortened. */
export function joinerOf(caller: Caller, address: string): Joiner {
  return { address: address.replace(/^::ffff:(?=\d+\.)/, ''), current: currentInstanceOf(caller) };
}

/** The bot instance that a caller's certificate names. */
export function currentInstanceOf(caller: Caller): CurrentInstance | undefined {
  if (caller.kind !== 'user') return undefined;
  const { botName = '', botInstanceId = '', generation = 0, disallowReissue } = caller.identity;
  // Certificates of outputs name the instance too, but do not speak for the bot itself.
  if (botName === '' || disallowReissue || caller.identity.impersonator) return undefined;
  return { botName, instanceId: botInstanceId, generation };
}
