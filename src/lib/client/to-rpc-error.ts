import { Code, ConnectError } from '@connectrpc/connect';

import { ConnectFailedError, ConnectionLostError, isIdempotentRead } from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { RpcError, type RpcErrorCode } from './errors.js';

/** gRPC status → error kind (transport §6.3). */
const CODES: Partial<Record<Code, RpcErrorCode>> = {
  [Code.NotFound]: 'not_found',
  [Code.AlreadyExists]: 'already_exists',
  [Code.PermissionDenied]: 'access_denied',
  [Code.Unauthenticated]: 'access_denied',
  [Code.FailedPrecondition]: 'compare_failed',
  [Code.InvalidArgument]: 'bad_parameter',
  [Code.ResourceExhausted]: 'limit_exceeded',
  [Code.Unavailable]: 'unavailable',
  [Code.Unimplemented]: 'not_implemented',
  [Code.DeadlineExceeded]: 'deadline_exceeded',
  [Code.Canceled]: 'canceled',
};

/** Part of the wire contract: servers and clients tell this refusal from others by its text alone (transport §6.4). */
const MFA_REFUSAL = 'admin-level API request requires MFA verification';

/** The cluster counts these calls by the address that they come from (login §1.8). */
const COUNTED = new Set(['CreateAuthenticateChallenge', 'ChangeUserAuthentication']);

/** What went wrong with a call, in this package's terms. */
export function toRpcError(error: unknown, method: string): CodedError {
  if (error instanceof CodedError) return error; // of what the caller does in a conversation, such as proving a key
  const failure = ConnectError.from(error);
  if (failure.cause instanceof ConnectFailedError) return failure.cause;
  const code = CODES[failure.code] ?? 'unknown';
  if (failure.code === Code.PermissionDenied && failure.rawMessage === MFA_REFUSAL)
    return new RpcError('mfa_required', method, `${method} needs a second factor, and there is nobody to ask for it`, {
      cause: error,
      hint: 'Run the command at a terminal, where tctl asks for it; or use the identity of a bot (tbot writes one) or of the auth host, which are not asked for a second factor.',
    });
  if (failure.cause instanceof ConnectionLostError)
    return new RpcError(code, method, `${method}: ${failure.rawMessage}`, {
      cause: failure.cause,
      hint: isIdempotentRead(method)
        ? 'Check that the cluster runs, and the network.'
        : 'The call may or may not have taken effect: look before you send it again.',
    });
  const isCounted = code === 'limit_exceeded' && COUNTED.has(method);
  const hint = isCounted ? { hint: 'Too many tries came from this address: wait a minute, then try again.' } : {};
  return new RpcError(code, method, failure.rawMessage, { cause: error, ...hint });
}
