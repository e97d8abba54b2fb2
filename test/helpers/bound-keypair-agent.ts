import type { KeyObject } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  authorizedKeyLine,
  generatePrivateKey,
  parseAuthorizedKey,
  samePublicKey,
  signJws,
} from '../../src/lib/crypto/index.js';
import {
  RegisterUsingBoundKeypairMethodRequestSchema,
  type RegisterUsingBoundKeypairMethodResponse,
} from '../../src/lib/gen/proto/join_service_pb.js';
import { type Connection, type Holding, holding, joinRequest, newKey } from './joining.js';

type Request = MessageInitShape<typeof RegisterUsingBoundKeypairMethodRequestSchema>;

/** How an attempt is different from what a good agent does. */
export interface Attempt {
  secret?: string;
  joinState?: Uint8Array | undefined;
  role?: string;
  expires?: { seconds: bigint };
  /** Answers a challenge in another way than by signing it. */
  solve?: (challenge: string, key: KeyObject) => Promise<string> | string;
  /** Answers a rotation with this key. */
  rotateTo?: KeyObject;
  /** Replaces an answer; undefined ends the stream. */
  answer?: (response: RegisterUsingBoundKeypairMethodResponse) => Request | undefined | 'usual';
}

export interface BoundJoin {
  holder: Holding;
  joinState: Uint8Array;
  publicKey: string;
  /** What the cluster asked for, in order. */
  asked: string[];
}

/** A minimal agent of the join method bound_keypair: holds keys, answers what it is asked. */
export class BoundKeypairAgent {
  readonly keys: KeyObject[];

  constructor(...keys: KeyObject[]) {
    this.keys = keys;
  }

  async join({ join }: Connection, token: string, attempt: Attempt = {}): Promise<BoundJoin> {
    const tlsKey = await newKey();
    const { promise: ended, resolve: end } = deferred();
    const outbox: Request[] = [];
    let wake = () => {};
    const send = (message: Request) => {
      outbox.push(message);
      wake();
    };
    let isEnded = false;
    void ended.then(() => {
      isEnded = true;
      wake();
    });
    async function* outgoing() {
      for (;;) {
        const message = outbox.shift();
        if (message !== undefined) yield create(RegisterUsingBoundKeypairMethodRequestSchema, message);
        else if (isEnded) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    const { secret = '', joinState = new Uint8Array(), role = 'Bot', expires } = attempt;
    const request = joinRequest(token, tlsKey, { role, ...(expires && { expires }) });
    const value = { joinRequest: request, initialJoinSecret: secret, previousJoinState: joinState };
    send({ payload: { case: 'init', value } });
    const asked: string[] = [];
    try {
      for await (const response of join.registerUsingBoundKeypairMethod(outgoing())) {
        asked.push(response.response.case ?? '');
        if (response.response.case === 'certs') {
          const { certs, joinState, publicKey } = response.response.value;
          if (certs === undefined) throw new Error('no certificates came');
          return { holder: holding(certs, tlsKey), joinState, publicKey, asked };
        }
        const given = attempt.answer?.(response) ?? 'usual';
        send(given === 'usual' ? await this.#answer(response, attempt) : given);
      }
    } finally {
      end();
    }
    throw new Error('the cluster ended the join without a result');
  }

  async #answer({ response }: RegisterUsingBoundKeypairMethodResponse, attempt: Attempt): Promise<Request> {
    if (response.case === 'rotation') {
      const key = attempt.rotateTo ?? (await generatePrivateKey('ed25519'));
      this.keys.unshift(key);
      return { payload: { case: 'rotationResponse', value: { publicKey: authorizedKeyLine(key) } } };
    }
    if (response.case !== 'challenge') throw new Error(`unexpected ${response.case}`);
    const { publicKey, challenge } = response.value;
    const wanted = parseAuthorizedKey(publicKey).key;
    const key = this.keys.find((candidate) => samePublicKey(candidate, wanted));
    if (key === undefined && attempt.solve === undefined) throw new Error('the challenge is for an unknown key');
    const solve = attempt.solve ?? signJws;
    const solution = Buffer.from(await solve(challenge, (key ?? this.keys[0]) as KeyObject));
    return { payload: { case: 'challengeResponse', value: { solution } } };
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
