import { CodedError } from '../util/coded-error.js';

/** How the auth service is reached: at its own address, or behind a proxy's web port. */
export type Route = 'direct' | 'proxy';

/** Why a connection could not be opened. */
export type DialFailure =
  | 'name_not_found'
  | 'refused'
  | 'unreachable'
  | 'timed_out'
  | 'closed'
  | 'not_tls'
  | 'alpn_refused'
  | 'server_certificate'
  | 'client_certificate'
  | 'http_proxy'
  | 'upgrade'
  | 'other';

/** A TCP or TLS connection that did not come to be, or that a proxy's web port left without a whole answer. */
export class DialError extends CodedError {
  readonly failure: DialFailure;
  /** Who issued the certificate that was not accepted: CN. */
  readonly issuer?: string;

  constructor(failure: DialFailure, message: string, options: { cause?: unknown; issuer?: string } = {}) {
    super('dial_failed', message, options);
    this.failure = failure;
    if (options.issuer !== undefined) this.issuer = options.issuer;
  }
}

/** An open connection ended, or its stream was cut off, before the answer was complete. */
export class ConnectionLostError extends CodedError {
  constructor(cause: Error) {
    super('connection_lost', `the connection was closed before the answer was complete (${cause.message})`, { cause });
  }
}

/** No address led to an auth service. The message is one line that names address, route, credential and cause. */
export class ConnectFailedError extends CodedError {
  readonly address: string;
  readonly route: Route;
  /** The source of the credentials, for example `identity file admin.pem`. */
  readonly credential: string;

  constructor(details: {
    clusterName: string;
    address: string;
    route: Route;
    credential: string;
    reason: string;
    hint?: string;
    cause?: unknown;
  }) {
    const { clusterName, address, route, credential, reason, hint, cause } = details;
    const how = route === 'direct' ? 'directly' : 'through the proxy';
    super('connect_failed', `cannot reach cluster ${clusterName} at ${address} ${how} with ${credential}: ${reason}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
    this.address = address;
    this.route = route;
    this.credential = credential;
  }
}
