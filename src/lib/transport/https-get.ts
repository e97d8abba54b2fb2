import type { Duplex } from 'node:stream';

import { CodedError } from '../util/coded-error.js';
import { ConnectionLostError } from './errors.js';

/** Answers larger than this are no answers to what this package asks. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** An answer read to its end. */
export interface HttpAnswer {
  status: number;
  body: string;
}

export interface HttpQuestion {
  /** The `host` header: a name, or `host:port`. */
  host: string;
  path: string;
  /** For the whole answer. */
  timeoutMs: number;
}

/*
 * All of these fail with ConnectionLostError, or with CodedError `timed_out` or `message_too_large`.
 */

/** One GET over a stream that is open already; the stream is not used again. */
export function httpGet(stream: Duplex, question: HttpQuestion): Promise<HttpAnswer> {
  return exchange(stream, question);
}

/** One DELETE over a stream that is open already; the stream is not used again. */
export function httpDelete(stream: Duplex, question: HttpQuestion): Promise<HttpAnswer> {
  return exchange(stream, { ...question, method: 'DELETE' });
}

/** One POST of a JSON text over a stream that is open already; the stream is not used again. */
export function httpPost(stream: Duplex, question: HttpQuestion & { json: string }): Promise<HttpAnswer> {
  return exchange(stream, question);
}

function exchange(stream: Duplex, options: HttpQuestion & { json?: string; method?: string }): Promise<HttpAnswer> {
  const { json, method = json === undefined ? 'GET' : 'POST' } = options;
  // An import would make Node load its whole fetch along with it.
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const outgoing = request({
      createConnection: () => stream,
      method,
      path: options.path,
      headers: {
        host: options.host,
        accept: 'application/json',
        connection: 'close',
        ...(json === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(json)) }),
      },
    });
    const end = () => {
      clearTimeout(timer);
      stream.destroy();
    };
    const fail = (error: Error) => {
      end();
      reject(error instanceof CodedError ? error : new ConnectionLostError(error));
    };
    const timer = setTimeout(
      () =>
        fail(
          new CodedError('timed_out', `no answer to ${method} ${options.path} within ${options.timeoutMs / 1000} s`),
        ),
      options.timeoutMs,
    );
    outgoing.on('error', fail);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > MAX_BODY_BYTES)
          fail(new CodedError('message_too_large', `the answer to ${method} ${options.path} is too large`));
        else chunks.push(chunk);
      });
      response.on('error', fail);
      response.once('end', () => {
        end();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    outgoing.end(json);
  });
}
