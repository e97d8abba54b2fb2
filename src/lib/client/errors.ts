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

/** Whether an error is a {@link CodedError} with this code. */
export function isErrorCode(error: unknown, code: string): error is CodedError {
  return error instanceof CodedError && error.code === code;
}
