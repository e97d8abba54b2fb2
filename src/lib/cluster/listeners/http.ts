import type { ServerResponse as Http1Response, IncomingMessage } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { ClusterError, type ClusterErrorKind } from '../errors.js';
import type { Log } from '../state.js';

/** What handlers look at of a request that came by HTTP/1.1 or HTTP/2. */
export interface HttpRequest {
  method?: string;
  url?: string;
}

/** A request with its body still to be read. */
export interface WebRequest extends HttpRequest, AsyncIterable<Uint8Array> {
  socket: { remoteAddress?: string | undefined };
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type HttpResponse = Http2ServerResponse | (Http1Response & { req: IncomingMessage });

const HTTP_STATUS: Record<ClusterErrorKind, number> = {
  AccessDenied: 403,
  AlreadyExists: 409,
  BadParameter: 400,
  CompareFailed: 412,
  ConnectionProblem: 504,
  LimitExceeded: 429,
  NotFound: 404,
  NotImplemented: 501,
  Unknown: 500,
};

/** A whole answer to a request that is not gRPC. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** The path that is asked for, without the query; empty when the request names none that makes sense. */
export function pathOf(request: HttpRequest): string {
  return URL.parse(request.url ?? '', 'https://host')?.pathname ?? '';
}

/** The parameters behind the path. */
export function queryOf(request: HttpRequest): URLSearchParams {
  return URL.parse(request.url ?? '', 'https://host')?.searchParams ?? new URLSearchParams();
}

export function json(body: unknown): Answer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
}

export function text(body: string, contentType = 'text/plain'): Answer {
  return { status: 200, contentType, body };
}

/** The error body of both HTTP APIs, indented as the reference indents it (transport §7). */
export function failure(status: number, message: string, extra: Record<string, unknown> = {}): Answer {
  const body = JSON.stringify({ error: { message }, ...extra }, null, 4);
  return { status, contentType: 'application/json', body };
}

/** Paths name links for setting a password and the like: who knows such a name may use it. */
const SECRETS = /[0-9a-f-]{32,}/gi;

/** What the client learns of whatever a handler threw; a defect it only learns to be one, the log gets the rest. */
export function failureOf(error: unknown, request: HttpRequest, log: Log): Answer {
  if (error instanceof ClusterError) return failure(HTTP_STATUS[error.kind], error.message);
  log('error', `${request.method} ${pathOf(request).replace(SECRETS, '…')} failed`, error);
  return failure(500, 'internal error');
}

export function send(response: HttpResponse, { status, contentType, body }: Answer): void {
  response.statusCode = status;
  response.setHeader('content-type', contentType);
  response.end(body);
}
