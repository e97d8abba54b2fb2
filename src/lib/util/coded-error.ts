/**
 * The base of every error that a user may meet. `code` is stable and is what programs match on;
 * `message` says what was tried and what went wrong; `hint` says what to do next.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly hint?: string;

  constructor(code: string, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** Whether an error is a {@link CodedError} with this code. */
export function isErrorCode(error: unknown, code: string): error is CodedError {
  return error instanceof CodedError && error.code === code;
}
