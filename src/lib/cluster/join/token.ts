import type { Certs } from '../../gen/proto/certs_pb.js';
import type { RegisterUsingTokenRequest } from '../../gen/types/register_pb.js';
import type { ClusterState } from '../state.js';
import { joinBot } from './bot-join.js';
import { joinHost } from './host-join.js';
import { checkJoinRequest, type Joiner, type JoinRequest } from './request.js';

/**
 * Joins with a token (join §1.3). That of a bot is gone when somebody has joined with it, and only then; hosts may share
 * one for as long as it lasts.
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
  if (request.role !== 'Bot') return joinHost(state, request, joiner);
  return joinBot(state, request, joiner, {
    name: 'token',
    renewable: true,
    consume: (transaction, token) => {
      transaction.delete('token', token.metadata?.name ?? '');
    },
  });
}
