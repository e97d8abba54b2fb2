import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { authorizedKeyLine } from '../../crypto/index.js';
import type {
  JoinService,
  RegisterUsingBoundKeypairInitialRequest,
  RegisterUsingBoundKeypairMethodRequest,
} from '../../gen/proto/join_service_pb.js';
import { parseHostPort } from '../../util/host-port.js';
import { callerKey, remoteAddressKey } from '../auth/caller.js';
import { AUTH_PREFERENCE, getSingleton } from '../domain/cluster-config.js';
import { missing } from '../domain/refusals.js';
import { ClusterError } from '../errors.js';
import { joinWithBoundKeypair, type Prompt, type Reply, readKey } from '../join/bound-keypair.js';
import { checkJoinRequest, type Joiner, joinerOf } from '../join/request.js';
import { registerUsingToken } from '../join/token.js';
import type { ClusterState } from '../state.js';
import { openInbox } from './conversation.js';

type Implementation = Required<
  Pick<ServiceImpl<typeof JoinService>, 'registerUsingToken' | 'registerUsingBoundKeypairMethod'>
>;

/** `proto.JoinService` (wire §6.6); it asks nobody for permission: tokens and challenges do. */
export function joinService(state: ClusterState): Implementation {
  return {
    registerUsingToken: (request, context) => registerUsingToken(state, request, joiner(context)),
    async *registerUsingBoundKeypairMethod(requests, context) {
      const inbox = openInbox(requests);
      try {
        const { payload } = await inbox.next();
        if (payload.case !== 'init') throw new ClusterError('BadParameter', 'expected init as the first message');
        const conversation = joinWithBoundKeypair(state, boundKeypairRequest(payload.value), joiner(context));
        let step = await conversation.next();
        while (!step.done) {
          yield { response: question(state, step.value) };
          step = await conversation.next(reply(await inbox.next()));
        }
        const { certs, joinState, publicKey } = step.value;
        const value = { certs, joinState: Buffer.from(joinState), publicKey: authorizedKeyLine(publicKey) };
        yield { response: { case: 'certs', value } };
      } finally {
        inbox.close();
      }
    },
  };
}

/** Who joins, as its connection tells. */
export function joiner({ values }: HandlerContext): Joiner {
  return joinerOf(values.get(callerKey), parseHostPort(values.get(remoteAddressKey))?.host ?? '');
}

function boundKeypairRequest(init: RegisterUsingBoundKeypairInitialRequest) {
  if (init.joinRequest === undefined) throw missing('join_request');
  const request = checkJoinRequest(init.joinRequest);
  if (request.role !== 'Bot') throw new ClusterError('BadParameter', 'bound_keypair joins are for the role Bot');
  return {
    ...request,
    registrationSecret: init.initialJoinSecret,
    previousJoinState: Buffer.from(init.previousJoinState).toString('utf8'),
  };
}

function question(state: ClusterState, prompt: Prompt) {
  if (prompt.kind === 'challenge') {
    const publicKey = authorizedKeyLine(prompt.publicKey);
    return { case: 'challenge', value: { publicKey, challenge: prompt.document } } as const;
  }
  const { signatureAlgorithmSuite } = getSingleton(state, AUTH_PREFERENCE).spec ?? {};
  return { case: 'rotation', value: { signatureAlgorithmSuite } } as const;
}

function reply({ payload }: RegisterUsingBoundKeypairMethodRequest): Reply {
  switch (payload.case) {
    case 'challengeResponse':
      return { kind: 'challenge', solution: payload.value.solution };
    case 'rotationResponse':
      return { kind: 'rotation', publicKey: readKey(payload.value.publicKey) };
    default:
      throw new ClusterError('BadParameter', 'expected a challenge response or a rotation response');
  }
}
