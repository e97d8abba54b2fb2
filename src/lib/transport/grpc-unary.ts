import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';
import { Code, ConnectError, createContextValues, type Transport, type UnaryResponse } from '@connectrpc/connect';
import {
  type CommonTransportOptions,
  createMethodSerializationLookup,
  createMethodUrl,
  encodeEnvelope,
  envelopeDecompress,
  runUnaryCall,
  transformSplitEnvelope,
  type UniversalClientResponse,
} from '@connectrpc/connect/protocol';
import {
  requestHeaderWithCompression,
  validateResponseWithCompression,
  validateTrailer,
} from '@connectrpc/connect/protocol-grpc';
import type { HttpRequest } from './http-client.js';

interface UnaryOptions extends Omit<CommonTransportOptions, 'httpClient'> {
  httpClient: (request: HttpRequest) => Promise<UniversalClientResponse>;
}

/**
 * Calls with one message each way, from connect's parts: its transport passes each of them through nine asynchronous
 * generators, as the streams that they are not (docs/decisions, unary calls).
 */
export function unaryCalls(options: UnaryOptions): Transport['unary'] {
  const { baseUrl, interceptors, readMaxBytes, defaultTimeoutMs, httpClient } = options;

  async function unary<I extends DescMessage, O extends DescMessage>(
    ...[method, signal, timeoutMs, header, message, contextValues]: Parameters<Transport['unary']>
  ): Promise<UnaryResponse<I, O>> {
    const serialization = createMethodSerializationLookup<I, O>(
      method as DescMethodUnary<I, O>,
      undefined,
      undefined,
      options,
    );
    const limit = timeoutMs ?? defaultTimeoutMs;
    const deadlineMs = limit !== undefined && limit > 0 ? limit : undefined;
    return runUnaryCall<I, O>({
      interceptors: interceptors ?? [],
      ...(signal === undefined ? {} : { signal }),
      ...(deadlineMs === undefined ? {} : { timeoutMs: deadlineMs }),
      req: {
        stream: false,
        service: method.parent,
        method: method as DescMethodUnary<I, O>,
        requestMethod: 'POST',
        url: createMethodUrl(baseUrl, method),
        header: requestHeaderWithCompression(true, deadlineMs, header, [], null),
        contextValues: contextValues ?? createContextValues(),
        message: message as never,
      },
      next: async (request) => {
        const { url, header, signal } = request;
        const body = encodeEnvelope(0, serialization.getI(true).serialize(request.message));
        const response = await httpClient({ url, method: 'POST', header, signal, body });
        const { headerError } = validateResponseWithCompression([], response.status, response.header);
        const answer = await receive(response, readMaxBytes);
        validateTrailer(response.trailer, response.header);
        if (answer === undefined) {
          throw headerError ?? missingMessage(response);
        }
        if (headerError !== undefined) {
          throw new ConnectError('protocol error: received output message with error status', Code.Unknown);
        }
        const { stream, service, method } = request;
        const parsed = serialization.getO(true).parse(answer);
        return { stream, service, method, header: response.header, trailer: response.trailer, message: parsed };
      },
    });
  }
  return unary as Transport['unary'];
}

/** The bytes of the one message of an answer; undefined if there is none. */
async function receive({ body }: UniversalClientResponse, maxBytes: number): Promise<Uint8Array | undefined> {
  let only: Uint8Array | undefined;
  for await (const envelope of transformSplitEnvelope(maxBytes)(body)) {
    if (only !== undefined) {
      throw new ConnectError('protocol error: received extra output message for unary method', Code.Unimplemented);
    }
    only = (await envelopeDecompress(envelope, null, maxBytes)).data;
  }
  return only;
}

function missingMessage({ trailer }: UniversalClientResponse): ConnectError {
  const code = trailer.has('grpc-status') ? Code.Unimplemented : Code.Unknown;
  return new ConnectError('protocol error: missing output message for unary method', code);
}
