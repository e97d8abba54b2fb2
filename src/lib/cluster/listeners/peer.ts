import type { TLSSocket } from 'node:tls';
import { formatHostPort } from '../../util/host-port.js';
import type { Caller } from '../auth/caller.js';
import { callerOf } from '../auth/client-certificate.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

/** The other end of a connection to the auth service. */
export interface Peer {
  caller: Caller;
  /** `host:port`. */
  address: string;
}

/** @returns a ClusterError for a client whose certificate is not accepted: it learns so by the answer to its calls. */
export function identifyPeer(
  socket: TLSSocket,
  { authorities, clusterName, clock, log }: ClusterState,
): Peer | ClusterError {
  const address = formatHostPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
  try {
    return { caller: callerOf(socket, { authorities, clusterName, now: clock() }), address };
  } catch (error) {
    const refusal =
      error instanceof ClusterError ? error : new ClusterError('AccessDenied', 'access denied', { cause: error });
    log('warn', `a connection from ${address} was refused`, refusal.cause);
    return refusal;
  }
}

/** Whether a peer has shown a certificate that counts. */
export function isKnown(peer: Peer | ClusterError): peer is Peer {
  return !(peer instanceof ClusterError) && peer.caller.kind !== 'anonymous';
}
