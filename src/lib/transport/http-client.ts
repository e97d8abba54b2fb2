import type { IncomingHttpHeaders } from 'node:http';

import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalClientRequest, UniversalClientResponse } from '@connectrpc/connect/protocol';
import type { Dispatcher } from 'undici';
import { CodedError } from '../util/coded-error.js';
import { ConnectionLostError } from './errors.js';

/** A request of Connect, or one whose body is at hand as a whole. */
export type HttpRequest = Omit<UniversalClientRequest, 'body'> & { body?: UniversalClientRequest['body'] | Uint8Array };

/** How many bytes of an answer wait for their reader before the stream is paused. */
const PAUSE_ABOVE_BYTES = 256 * 1024;

/**
 * Carries Connect's HTTP requests over an undici dispatcher: headers, body both ways, trailers, cancellation.
 * @param explain gives the error for a failure that has one of its own; all others are a {@link ConnectionLostError}.
 */
export function createHttpClient(
  dispatcher: Dispatcher,
  explain: (error: Error) => CodedError | undefined,
): (request: HttpRequest) => Promise<UniversalClientResponse> {
  return (request) =>
    new Promise((resolve, reject) => {
      if (request.signal?.aborted) return reject(request.signal.reason);
      const exchange = new Exchange(request.signal, resolve, reject, explain);
      const url = new URL(request.url);
      dispatcher.dispatch(
        {
          path: url.pathname + url.search,
          method: request.method as Dispatcher.HttpMethod,
          headers: [...request.header].flat(),
          body: request.body as Dispatcher.DispatchOptions['body'],
          headersTimeout: 0, // deadlines arrive through the signal
          bodyTimeout: 0,
        },
        exchange,
      );
    });
}

/** One request and its answer: undici's handler on one side, Connect's response on the other. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: UniversalClientRequest['signal'];
  readonly #resolve: (response: UniversalClientResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #explain: (error: Error) => CodedError | undefined;
  readonly #chunks: Uint8Array[] = [];
  readonly #trailer = new Headers();
  #bufferedBytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #outcome: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  readonly #onAbort = () => {
    const reason = this.#signal?.reason as Error;
    this.#controller?.abort(reason);
    this.#finish({ error: reason });
  };

  constructor(
    signal: UniversalClientRequest['signal'],
    resolve: (response: UniversalClientResponse) => void,
    reject: (reason: unknown) => void,
    explain: (error: Error) => CodedError | undefined,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#explain = explain;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal?.aborted) controller.abort(this.#signal.reason as Error);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return; // interim
    this.#resolve({ status, header: toHeaders(headers), body: this.#body(), trailer: this.#trailer });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.byteLength;
    if (this.#bufferedBytes > PAUSE_ABOVE_BYTES) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    copyHeaders(trailers, this.#trailer);
    this.#finish({});
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish({ error: toConnectError(this.#explain(error) ?? error) });
  }

  #finish(outcome: { error?: unknown }): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (outcome.error !== undefined) this.#reject(outcome.error); // without effect once the answer has begun
    this.#wake?.();
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    try {
      while (true) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#bufferedBytes -= chunk.byteLength;
          if (this.#bufferedBytes <= PAUSE_ABOVE_BYTES && this.#controller?.paused) this.#controller.resume();
          yield chunk;
        } else if (this.#outcome !== undefined) {
          if (this.#outcome.error !== undefined) throw this.#outcome.error;
          return;
        } else {
          await new Promise<void>((wake) => {
            this.#wake = wake;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      // A reader that stops early wants nothing more of this stream.
      if (this.#outcome === undefined) this.#controller?.abort(new ConnectError('reading was given up', Code.Canceled));
    }
  }
}

function toHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers();
  copyHeaders(headers, result);
  return result;
}

function copyHeaders(from: IncomingHttpHeaders, to: Headers): void {
  for (const [name, value] of Object.entries(from))
    if (!name.startsWith(':') && value !== undefined) for (const one of [value].flat()) to.append(name, one);
}

/** HTTP/2 reset codes that have a gRPC code of their own. */
const RESET_CODES: Record<number, Code> = {
  7: Code.Unavailable, // REFUSED_STREAM
  8: Code.Canceled, // CANCEL
  11: Code.ResourceExhausted, // ENHANCE_YOUR_CALM
  12: Code.PermissionDenied, // INADEQUATE_SECURITY
};

/** What undici reports about a connection, as Connect knows errors; the cause tells what happened. */
function toConnectError(error: Error): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof CodedError)
    return new ConnectError(error.message, Code.Unavailable, undefined, undefined, error);
  const resetCode = (error as { http2ErrorCode?: number }).http2ErrorCode;
  const code = (resetCode === undefined ? undefined : RESET_CODES[resetCode]) ?? Code.Unavailable;
  const lost = new ConnectionLostError(error);
  return new ConnectError(lost.message, code, undefined, undefined, lost);
}
