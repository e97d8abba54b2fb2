import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';

import type { Certs } from '../gen/proto/certs_pb.js';
import {
  JoinService,
  type RegisterUsingBoundKeypairMethodRequestSchema,
  type RegisterUsingBoundKeypairMethodResponse,
} from '../gen/proto/join_service_pb.js';
import type { RegisterUsingTokenRequestSchema } from '../gen/types/register_pb.js';
import type { SignatureAlgorithmSuite } from '../gen/types/signature_algorithm_suite_pb.js';
import { RpcError } from './errors.js';
import { toRpcError } from './to-rpc-error.js';

/** What a machine brings to a join with a bound key. */
export interface BoundKeypairJoin {
  request: MessageInitShape<typeof RegisterUsingTokenRequestSchema>;
  registrationSecret?: string;
  /** The document of the last join. */
  previousJoinState?: Uint8Array;
  /** Signs a challenge with the private half of a public key (authorized_keys form); gives the compact JWS. */
  solve(publicKey: string, challenge: string): Promise<string>;
  /** Makes and keeps the new key that the cluster asks for; gives its public half in authorized_keys form. */
  makeKey(suite: SignatureAlgorithmSuite): Promise<string>;
}

/** What a join with a bound key gives. */
export interface BoundKeypairResult {
  certs: Certs;
  /** The document to present at the next join. */
  joinState: Uint8Array;
  /** The key that is bound from now on, authorized_keys form. */
  publicKey: string;
}

type Request = MessageInitShape<typeof RegisterUsingBoundKeypairMethodRequestSchema>;

const METHOD = JoinService.method.registerUsingBoundKeypairMethod;
const LIMIT_MS = 60_000; // join §2.2

/** Holds the conversation of a join with a bound key (join §2.6). @throws RpcError with the server's own words */
export async function joinWithBoundKeypair(transport: Transport, join: BoundKeypairJoin): Promise<BoundKeypairResult> {
  const outgoing = new Outgoing();
  const { request, registrationSecret = '', previousJoinState = new Uint8Array() } = join;
  const init = { joinRequest: request, initialJoinSecret: registrationSecret, previousJoinState };
  outgoing.send({ payload: { case: 'init', value: init } });
  const end = new AbortController(); // Connect's own timer would outlive a conversation that is left before its end
  const timer = setTimeout(
    () => end.abort(new ConnectError('the join took too long', Code.DeadlineExceeded)),
    LIMIT_MS,
  );
  try {
    const { message } = await transport.stream(METHOD, end.signal, 0, undefined, outgoing);
    for await (const { response } of message) {
      const result = await answer(response, join, outgoing);
      if (result !== undefined) return result;
    }
  } catch (error) {
    throw toRpcError(error, METHOD.name);
  } finally {
    clearTimeout(timer);
    outgoing.end();
    end.abort();
  }
  throw new RpcError('unknown', METHOD.name, 'the server ended the join without certificates');
}

async function answer(
  response: RegisterUsingBoundKeypairMethodResponse['response'],
  join: BoundKeypairJoin,
  outgoing: Outgoing,
): Promise<BoundKeypairResult | undefined> {
  switch (response.case) {
    case 'challenge': {
      const { publicKey, challenge } = response.value;
      const solution = Buffer.from(await join.solve(publicKey, challenge));
      outgoing.send({ payload: { case: 'challengeResponse', value: { solution } } });
      return undefined;
    }
    case 'rotation': {
      const publicKey = await join.makeKey(response.value.signatureAlgorithmSuite);
      outgoing.send({ payload: { case: 'rotationResponse', value: { publicKey } } });
      return undefined;
    }
    case 'certs': {
      const { certs, joinState, publicKey } = response.value;
      if (certs !== undefined) return { certs, joinState, publicKey };
      break;
    }
  }
  throw new RpcError('unknown', METHOD.name, 'the server sent an answer without meaning in this join');
}

/** Requests that are sent as they are put in. */
class Outgoing implements AsyncIterable<Request> {
  readonly #waiting: Request[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  send(request: Request): void {
    this.#waiting.push(request);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Request> {
    while (true) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
    }
  }
}
