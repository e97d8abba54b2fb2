import type { Certs } from '../../gen/proto/certs_pb.js';
import type { RegisterUsingTokenRequest } from '../../gen/types/register_pb.js';
import type { ClusterState } from '../state.js';
import { joinBot } from './bot-join.js';
import { checkJoinRequest, type Joiner, type JoinRequest } from './request.js';

/**
 * Joins with a one-time token (join §1.3): it is gone when somebody has joined with it, and only then.
 * @throws ClusterError AccessDenied, BadParameter.
 */
export async function registerUsingToken(
  state: ClusterState,
  given: RegisterUsingTokenRequest,
  joiner: Joiner,
): Promise<Certs> {
  return joinWithToken(state, checkJoinRequest(given), joiner);
}

/** As `registerUsingToken`, for a request that was checked. */
export function joinWithToken(state: ClusterState, request: JoinRequest, joiner: Joiner): Promise<Certs> {
  return joinBot(state, request, joiner, {
    name: 'token',
    renewable: true,
    consume: (transaction, token) => {
      transaction.delete('token', token.metadata?.name ?? '');
    },
  });
}
