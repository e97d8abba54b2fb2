import type {
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { isErrorCode } from '../util/coded-error.js';
import { isReleaseSince } from '../util/release.js';

import { RpcError } from './errors.js';
import type { SecondFactor, SecondFactorPrompt } from './mfa/second-factor.js';
import { toRpcError } from './to-rpc-error.js';

/** Carries the answer to a challenge (wire §1.2). */
const MFA_HEADER = 'mfa_challenge_response';

/** What may be said about a single call. */
export interface CallOptions {
  /** Gives the call up. */
  signal?: AbortSignal;
  /** Deadline in milliseconds; that of the client if not given. */
  timeoutMs?: number;
}

/** Sends calls and turns their failures into {@link RpcError}s. */
export class Rpc {
  readonly transport: Transport;
  /** Version of the server, from the first answer on. */
  serverVersion: string | undefined;

  readonly #prompt: SecondFactorPrompt | undefined;
  #secondFactor: Promise<SecondFactor> | undefined;
  /** Names of newer methods that the server turned out not to have. */
  readonly #missing = new Set<string>();

  /** @param prompt asks a person for a second factor, where one is needed */
  constructor(transport: Transport, prompt?: SecondFactorPrompt) {
    this.transport = transport;
    this.#prompt = prompt;
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    message: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O>> {
    try {
      return await this.#send(method, message, options);
    } catch (error) {
      const prompt = this.#prompt;
      if (prompt === undefined || !isErrorCode(error, 'mfa_required')) throw error;
      this.#secondFactor ??= import('./mfa/second-factor.js').then((mfa) => new mfa.SecondFactor(this, prompt));
      const secondFactor = await this.#secondFactor;
      const send = (answer: string) => this.#send(method, message, options, { [MFA_HEADER]: answer });
      return secondFactor.retry(method.name, send, error);
    }
  }

  /**
   * Sends a call that came with a release. Gives undefined where the server has no such call: it is not sent where the
   * server is known to be older, and not again where it was answered so.
   * @param since `major.minor` of the first release that may have it
   */
  async unaryIfServed<I extends DescMessage, O extends DescMessage>(
    since: string,
    method: DescMethodUnary<I, O>,
    message: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<MessageShape<O> | undefined> {
    const isOlder = this.serverVersion !== undefined && !isReleaseSince(this.serverVersion, since);
    if (isOlder || this.#missing.has(method.name)) return undefined;
    try {
      return await this.unary(method, message, options);
    } catch (error) {
      if (!isErrorCode(error, 'not_implemented')) throw error;
      this.#missing.add(method.name);
      return undefined;
    }
  }

  async #send<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    message: MessageInitShape<I>,
    { signal, timeoutMs }: CallOptions,
    header?: Record<string, string>,
  ): Promise<MessageShape<O>> {
    try {
      const response = await this.transport.unary(method, signal, timeoutMs, header, message);
      this.serverVersion ??= response.header.get('version') ?? undefined;
      return response.message;
    } catch (error) {
      throw toRpcError(error, method.name);
    }
  }

  async *serverStream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    message: MessageInitShape<I>,
    { signal, timeoutMs }: CallOptions = {},
  ): AsyncGenerator<MessageShape<O>> {
    const abort = new AbortController(); // a reader that stops early ends the stream
    const linked = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
    try {
      const response = await this.transport.stream(method, linked, timeoutMs, undefined, once(message));
      this.serverVersion ??= response.header.get('version') ?? undefined;
      yield* response.message;
    } catch (error) {
      throw toRpcError(error, method.name);
    } finally {
      abort.abort();
    }
  }
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Walks through the pages of a listing; a page is asked for when its first item is wanted. */
export async function* readPages<T>(
  fetch: (token: string) => Promise<{ items: T[]; next: string }>,
): AsyncGenerator<T> {
  let token = '';
  do {
    const page = await fetch(token);
    yield* page.items;
    if (page.next === token && token !== '')
      throw new RpcError('unknown', 'list', 'the server gives the same page again');
    token = page.next;
  } while (token !== '');
}
