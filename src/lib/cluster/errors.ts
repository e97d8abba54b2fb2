import { CodedError } from '../util/coded-error.js';

/** The classes of refusal that the cluster's domain knows; each has one gRPC code and one HTTP status (wire §1.3). */
export type ClusterErrorKind =
  | 'AccessDenied'
  | 'AlreadyExists'
  | 'BadParameter'
  | 'CompareFailed'
  | 'ConnectionProblem'
  | 'LimitExceeded'
  | 'NotFound'
  | 'NotImplemented'
  /** None of the others; what the reference throws without a class of its own. */
  | 'Unknown';

const CODES = {
  AccessDenied: 'access_denied',
  AlreadyExists: 'already_exists',
  BadParameter: 'bad_parameter',
  CompareFailed: 'compare_failed',
  ConnectionProblem: 'unavailable',
  LimitExceeded: 'limit_exceeded',
  NotFound: 'not_found',
  NotImplemented: 'not_implemented',
  Unknown: 'unknown',
} as const satisfies Record<ClusterErrorKind, string>;

/**
 * A refusal that the caller may see: domain functions throw it, the gRPC and web borders turn it into a status.
 * Its message goes over the wire as it is; the cause stays in the server.
 */
export class ClusterError extends CodedError {
  readonly kind: ClusterErrorKind;

  constructor(kind: ClusterErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(CODES[kind], message, options);
    this.kind = kind;
  }
}
