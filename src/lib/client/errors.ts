import { CodedError } from '../util/coded-error.js';

/** Stable codes of {@link RpcError}. */
export type RpcErrorCode =
  | 'not_found'
  | 'already_exists'
  | 'access_denied'
  | 'compare_failed'
  | 'bad_parameter'
  | 'limit_exceeded'
  | 'unavailable'
  | 'not_implemented'
  | 'mfa_required'
  | 'deadline_exceeded'
  | 'canceled'
  | 'unknown';

/** A call that the cluster refused, or that did not come through. `message` is the server's own where it sent one. */
export class RpcError extends CodedError {
  declare readonly code: RpcErrorCode;
  /** Name of the method called, for example `GetToken`. */
  readonly method: string;

  constructor(code: RpcErrorCode, method: string, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(code, message, options);
    this.method = method;
  }
}

/**
 * The codes of refusals over HTTP, by status (transport §6.3; 502 and 503 come from what stands in front of a proxy); a
 * status that is not here is `unknown`.
 */
export const STATUS_CODES: Record<number, RpcErrorCode> = {
  400: 'bad_parameter',
  403: 'access_denied',
  404: 'not_found',
  409: 'already_exists',
  412: 'compare_failed',
  429: 'limit_exceeded',
  501: 'not_implemented',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};
