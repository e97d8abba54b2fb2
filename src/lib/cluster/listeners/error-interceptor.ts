import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { ClusterError, type ClusterErrorKind } from '../errors.js';
import type { Log } from '../state.js';

const GRPC_CODES: Record<ClusterErrorKind, Code> = {
  AccessDenied: Code.PermissionDenied,
  AlreadyExists: Code.AlreadyExists,
  BadParameter: Code.InvalidArgument,
  CompareFailed: Code.FailedPrecondition,
  ConnectionProblem: Code.Unavailable,
  LimitExceeded: Code.ResourceExhausted,
  NotFound: Code.NotFound,
  NotImplemented: Code.Unimplemented,
  Unknown: Code.Unknown,
};

/** The text travels in a header: with a longer one the client would lose the connection instead of reading it. */
const LONGEST_MESSAGE = 4096;

/**
 * The one place where what the domain throws becomes a gRPC status (wire §1.3).
 * Anything that is no refusal is a defect: the log gets it, the client learns only that.
 */
export function errorInterceptor(log: Log): Interceptor {
  return (next) => async (request) => {
    const translate = (error: unknown) => {
      if (request.signal.aborted) return ConnectError.from(request.signal.reason); // nobody waits for more
      return grpcError(error, log, `${request.service.typeName}/${request.method.name}`);
    };
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: translated(response.message, translate) } : response;
    } catch (error) {
      throw translate(error);
    }
  };
}

async function* translated<T>(messages: AsyncIterable<T>, translate: (error: unknown) => ConnectError) {
  try {
    yield* messages;
  } catch (error) {
    throw translate(error);
  }
}

function grpcError(error: unknown, log: Log, method: string): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof ClusterError) return new ConnectError(shortened(error.message), GRPC_CODES[error.kind]);
  log('error', `${method} failed`, error);
  return new ConnectError('internal error', Code.Unknown);
}

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}
