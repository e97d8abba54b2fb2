import { randomUUID, X509Certificate } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { authorizedKeyLine, parseSshPublicKeyBlob, writePem } from '../../crypto/index.js';
import type { Certs } from '../../gen/proto/certs_pb.js';
import type {
  BoundKeypairInit,
  ClientInit,
  ClientParams,
  JoinRequest as JoinMessage,
  JoinResponseSchema,
  JoinService,
  ResultSchema,
} from '../../gen/teleport/join/v1/join_service_pb.js';
import { SYSTEM_ROLES } from '../../resources/index.js';
import { CodedError } from '../../util/coded-error.js';
import { readSubjectKeys } from '../certs/public-keys.js';
import { suiteName } from '../domain/algorithm-suite.js';
import { AUTH_PREFERENCE, getSingleton } from '../domain/cluster-config.js';
import { missing } from '../domain/refusals.js';
import { momentOf } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import { findJoinToken } from '../join/admission.js';
import { joinWithBoundKeypair, type Prompt, type Reply, readKey } from '../join/bound-keypair.js';
import type { Joiner, JoinRequest } from '../join/request.js';
import { joinWithToken } from '../join/token.js';
import type { ClusterState } from '../state.js';
import { type Inbox, openInbox } from './conversation.js';
import { joiner } from './join-service.js';

type Response = MessageInitShape<typeof JoinResponseSchema>;
type Result = MessageInitShape<typeof ResultSchema>;

/** `teleport.join.v1.JoinService`, which clients of later releases try first (join §10). */
export function newJoinService(state: ClusterState): Required<ServiceImpl<typeof JoinService>> {
  return {
    async *join(messages, context) {
      const inbox = openInbox(messages);
      try {
        yield* converse(state, inbox, joiner(context));
      } finally {
        inbox.close();
      }
    },
  };
}

async function* converse(state: ClusterState, inbox: Inbox<JoinMessage>, who: Joiner): AsyncGenerator<Response> {
  const { payload: first } = await inbox.next();
  if (first.case !== 'clientInit') throw new ClusterError('BadParameter', 'expected client_init as the first message');
  const joinMethod = methodFor(state, first.value);
  const init = { joinMethod, signatureAlgorithmSuite: suiteOf(state) };
  yield { payload: { case: 'init', value: init } };

  const { payload } = await inbox.next();
  if (joinMethod === 'token' && payload.case === 'tokenInit') {
    const request = joinRequest(first.value, payload.value.clientParams);
    const issued = certificates(await joinWithToken(state, request, who));
    yield request.role === 'Bot' ? botResult({ certificates: issued }) : hostResult(issued, request.hostId);
  } else if (joinMethod === 'bound_keypair' && payload.case === 'boundKeypairInit') {
    yield* converseBoundKeypair(state, inbox, who, first.value, payload.value);
  } else {
    throw new ClusterError('BadParameter', `expected the init message of the join method ${joinMethod}`);
  }
}

async function* converseBoundKeypair(
  state: ClusterState,
  inbox: Inbox<JoinMessage>,
  who: Joiner,
  client: ClientInit,
  init: BoundKeypairInit,
): AsyncGenerator<Response> {
  const request = {
    ...joinRequest(client, init.clientParams),
    registrationSecret: init.initialJoinSecret,
    previousJoinState: Buffer.from(init.previousJoinState).toString('utf8'),
  };
  const conversation = joinWithBoundKeypair(state, request, who);
  let step = await conversation.next();
  while (!step.done) {
    yield question(state, step.value);
    step = await conversation.next(reply(await inbox.next()));
  }
  const { certs, joinState, publicKey } = step.value;
  const boundKeypairResult = {
    joinState: Buffer.from(joinState),
    publicKey: Buffer.from(authorizedKeyLine(publicKey)),
  };
  yield botResult({ certificates: certificates(certs), boundKeypairResult });
}

/** The token's method. @throws ClusterError where the client may not join so. */
function methodFor(state: ClusterState, client: ClientInit): 'token' | 'bound_keypair' {
  const { joinMethod, tokenName, systemRole: role, forwardedByProxy, proxySuppliedParameters } = client;
  if (forwardedByProxy) throw new ClusterError('AccessDenied', 'only a proxy may forward joins');
  if (proxySuppliedParameters !== undefined) {
    throw new ClusterError('BadParameter', 'proxy_supplied_parameters: only a proxy may set them');
  }
  if (tokenName === '') throw missing('token_name');
  if (!SYSTEM_ROLES.some((known) => known === role)) {
    throw new ClusterError('BadParameter', `role "${role}" is not a system role`);
  }
  const wanted = { token: tokenName, role, nodeName: '' };
  const token = state.store.read((transaction) => findJoinToken(transaction, wanted));
  const method = token.spec?.joinMethod ?? '';
  if (joinMethod && joinMethod !== method) {
    throw new ClusterError('BadParameter', `the token is for the join method ${method}, not ${joinMethod}`);
  }
  if (method !== 'token' && method !== 'bound_keypair') {
    throw new ClusterError('NotImplemented', `this cluster has no joins of the method ${method}`);
  }
  return method;
}

function joinRequest({ tokenName, systemRole }: ClientInit, params: ClientParams | undefined): JoinRequest {
  const wanted = systemRole === 'Bot' ? 'botParams' : 'hostParams';
  if (params?.payload.case !== wanted) {
    throw missing(`client_params.${systemRole === 'Bot' ? 'bot_params' : 'host_params'}`);
  }
  const { publicKeys } = params.payload.value;
  const keys = {
    readKeys: () => readSubjectKeys(tlsKeyPem(publicKeys?.publicTlsKey), sshKeyLine(publicKeys?.publicSshKey)),
  };
  const common = { token: tokenName, role: systemRole, ...keys };
  if (params.payload.case === 'hostParams') {
    const { hostName, additionalPrincipals, dnsNames } = params.payload.value;
    const host = { nodeName: hostName, additionalPrincipals, dnsNames };
    return { ...common, ...host, hostId: randomUUID(), expires: undefined };
  }
  const { expires } = params.payload.value;
  return { ...common, nodeName: '', hostId: '', additionalPrincipals: [], dnsNames: [], expires: momentOf(expires) };
}

function tlsKeyPem(der: Uint8Array | undefined): Uint8Array {
  return der?.length ? Buffer.from(writePem('PUBLIC KEY', Buffer.from(der))) : new Uint8Array();
}

function sshKeyLine(blob: Uint8Array | undefined): Uint8Array {
  if (!blob?.length) return new Uint8Array();
  try {
    return Buffer.from(authorizedKeyLine(parseSshPublicKeyBlob(blob)));
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ClusterError('BadParameter', 'the SSH public key cannot be read', { cause });
  }
}

function question(state: ClusterState, prompt: Prompt): Response {
  if (prompt.kind === 'challenge') {
    const value = { publicKey: Buffer.from(authorizedKeyLine(prompt.publicKey)), challenge: prompt.document };
    return { payload: { case: 'challenge', value: { payload: { case: 'boundKeypairChallenge', value } } } };
  }
  const value = { signatureAlgorithmSuite: suiteOf(state) };
  return { payload: { case: 'challenge', value: { payload: { case: 'boundKeypairRotationRequest', value } } } };
}

function reply({ payload }: JoinMessage): Reply {
  if (payload.case === 'givingUp') throw new ClusterError('BadParameter', 'the client has given up');
  const solution = payload.case === 'solution' ? payload.value.payload : undefined;
  switch (solution?.case) {
    case 'boundKeypairChallengeSolution':
      return { kind: 'challenge', solution: solution.value.solution };
    case 'boundKeypairRotationResponse':
      return { kind: 'rotation', publicKey: readKey(Buffer.from(solution.value.publicKey).toString('utf8')) };
    default:
      throw new ClusterError('BadParameter', 'expected the solution of a challenge or a new public key');
  }
}

function botResult(value: Extract<Result['payload'], { case: 'botResult' }>['value']): Response {
  return { payload: { case: 'result', value: { payload: { case: 'botResult', value } } } };
}

function hostResult(issued: ReturnType<typeof certificates>, hostId: string): Response {
  const value = { certificates: issued, hostId };
  return { payload: { case: 'result', value: { payload: { case: 'hostResult', value } } } };
}

function suiteOf(state: ClusterState): string {
  return suiteName(getSingleton(state, AUTH_PREFERENCE).spec) ?? '';
}

/** The same certificates without their text forms. */
function certificates({ tls, ssh, tlsCaCerts, sshCaCerts }: Certs) {
  return {
    tlsCert: new X509Certificate(tls).raw,
    tlsCaCerts: tlsCaCerts.map((pem) => new X509Certificate(pem).raw),
    sshCert: wireForm(ssh),
    sshCaKeys: sshCaCerts.map(wireForm),
  };
}

/** The middle of an authorized_keys style line. */
function wireForm(line: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(line).toString('utf8').split(' ')[1] ?? '', 'base64');
}
