import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';

import { ConnectionLostError } from './errors.js';
import { isIdempotentRead } from './idempotent-read.js';

/** Adds the metadata that every call carries (transport §6.1). */
export function metadataInterceptor(metadata: { version: string; userAgent: string }): Interceptor {
  return (next) => (request) => {
    request.header.set('version', metadata.version);
    request.header.set('user-agent', metadata.userAgent);
    return next(request);
  };
}

/** Sends a read once more, on a fresh connection, when its connection was lost on the way. */
export function retryReadInterceptor(trace?: (line: string) => void): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const lost =
        error instanceof ConnectError && error.code === Code.Unavailable && error.cause instanceof ConnectionLostError;
      if (!lost || request.stream || request.signal.aborted || !isIdempotentRead(request.method.name)) throw error;
      trace?.(`${request.method.name}: ${error.rawMessage}; trying once more`);
      return await next(request);
    }
  };
}

/** Tells of each call and its outcome. */
export function traceInterceptor(trace: (line: string) => void): Interceptor {
  return (next) => async (request) => {
    const name = `${request.service.typeName}/${request.method.name}`;
    try {
      const response = await next(request);
      trace(`${name}: ok`);
      return response;
    } catch (error) {
      const failure = ConnectError.from(error);
      trace(`${name}: ${Code[failure.code]}: ${failure.rawMessage}`);
      throw error;
    }
  };
}
