import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { JoinService } from '../../gen/proto/join_service_pb.js';
import { parseHostPort } from '../../util/host-port.js';
import { callerKey, remoteAddressKey } from '../auth/caller.js';
import { type Joiner, joinerOf } from '../join/request.js';
import { registerUsingToken } from '../join/token.js';
import type { ClusterState } from '../state.js';

/** `proto.JoinService` (wire §6.6); it asks nobody for permission: tokens and challenges do. */
export function joinService(state: ClusterState): Partial<ServiceImpl<typeof JoinService>> {
  return {
    registerUsingToken: (request, context) => registerUsingToken(state, request, joiner(context)),
  };
}

function joiner({ values }: HandlerContext): Joiner {
  return joinerOf(values.get(callerKey), parseHostPort(values.get(remoteAddressKey))?.host ?? '');
}
