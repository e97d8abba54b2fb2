import type { ServerHttp2Stream } from 'node:http2';
import { Code, ConnectError, createHandlerContext, type MethodImplSpec } from '@connectrpc/connect';
import {
  type Compression,
  compressionNegotiate,
  createMethodSerializationLookup,
  createMethodUrl,
  encodeEnvelope,
  envelopeCompress,
  envelopeDecompress,
  invokeUnaryImplementation,
  transformSplitEnvelope,
} from '@connectrpc/connect/protocol';
import {
  contentTypeJson,
  contentTypeProto,
  grpcStatusOk,
  headerAcceptEncoding,
  headerContentType,
  headerEncoding,
  headerGrpcStatus,
  parseContentType,
  parseTimeout,
  setTrailerStatus,
} from '@connectrpc/connect/protocol-grpc';
import {
  beginAnswer,
  CALL_ENDED,
  contextOf,
  type GrpcHandler,
  type GrpcOptions,
  onEnded,
  webHeaders,
} from './grpc-call.js';

/** A message in its envelope is a few bytes longer than alone. */
const MAX_ENVELOPE_OVERHEAD = 64;

/**
 * Serves a method with one message each way, from connect's parts: its handler is made of streams for every method, and
 * takes more time than everything else in a call (docs/decisions, unary calls).
 */
export function unaryHandler(spec: MethodImplSpec & { kind: 'unary' }, options: GrpcOptions): GrpcHandler {
  const { log, ownHeaders, acceptCompression, readMaxBytes, compressMinBytes, maxTimeoutMs, interceptors } = options;
  const serialization = createMethodSerializationLookup(spec.method, undefined, undefined, options);
  const path = createMethodUrl('/', spec.method);

  const serve = async (...[stream, headers, peer]: Parameters<GrpcHandler>) => {
    const binary = parseContentType(headers['content-type'] ?? null)?.binary ?? true;
    const timeout = parseTimeout(single(headers['grpc-timeout']), maxTimeoutMs);
    const compression = compressionNegotiate(
      acceptCompression,
      single(headers['grpc-encoding']),
      single(headers['grpc-accept-encoding']),
      headerAcceptEncoding,
    );
    const context = createHandlerContext({
      service: spec.method.parent,
      method: spec.method,
      protocolName: 'grpc',
      requestMethod: 'POST',
      url: `https://auth${path}`,
      ...(timeout.timeoutMs === undefined ? {} : { timeoutMs: timeout.timeoutMs }),
      requestHeader: webHeaders(headers),
      responseHeader: {
        [headerContentType]: binary ? contentTypeProto : contentTypeJson,
        ...(compression.response === null ? {} : { [headerEncoding]: compression.response.name }),
      },
      responseTrailer: { [headerGrpcStatus]: grpcStatusOk },
      contextValues: contextOf(peer),
    });
    onEnded(stream, () => context.abort(CALL_ENDED));

    let body: Uint8Array | undefined;
    try {
      if (compression.error !== undefined) throw compression.error;
      if (timeout.error !== undefined) throw timeout.error;
      const request = await receive(stream, compression.request, readMaxBytes);
      const message = serialization.getI(binary).parse(request);
      const answer = await invokeUnaryImplementation(spec, context, message, interceptors);
      body = await pack(serialization.getO(binary).serialize(answer), compression.response, compressMinBytes);
    } catch (error) {
      if (stream.aborted || stream.destroyed) return;
      if (!(error instanceof ConnectError)) log('error', `answering ${path} failed`, error);
      const status = error instanceof ConnectError ? error : new ConnectError('internal error', Code.Internal);
      setTrailerStatus(context.responseTrailer, status);
    }
    if (stream.aborted || stream.destroyed) return;
    beginAnswer(stream, { header: context.responseHeader, trailer: context.responseTrailer }, ownHeaders);
    stream.end(body);
    stream.resume(); // a refusal may come before everything was read; what is left must not keep the stream open
  };

  return (stream, headers, peer) => {
    serve(stream, headers, peer).catch((error: unknown) => {
      log('error', `answering ${path} failed`, error);
      stream.destroy();
    });
  };
}

/** The bytes of the one message that a unary call brings. */
async function receive(
  stream: ServerHttp2Stream,
  compression: Compression | null,
  maxBytes: number,
): Promise<Uint8Array> {
  let only: { flags: number; data: Uint8Array } | undefined;
  for await (const envelope of transformSplitEnvelope(maxBytes)(chunksOf(stream, maxBytes))) {
    if (only !== undefined)
      throw new ConnectError('protocol error: received extra input message for unary method', Code.Unimplemented);
    only = envelope;
  }
  if (only === undefined)
    throw new ConnectError('protocol error: missing input message for unary method', Code.Unimplemented);
  const { data } = await envelopeDecompress(only, compression, maxBytes);
  return data;
}

/** What the client sends, once it is complete; of too long a message only as much as shows that it is. */
async function* chunksOf(stream: ServerHttp2Stream, maxBytes: number): AsyncGenerator<Uint8Array> {
  yield* await new Promise<Uint8Array[]>((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const take = (chunk: Uint8Array) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= maxBytes + MAX_ENVELOPE_OVERHEAD) return;
      stream.off('data', take).pause();
      resolve(chunks);
    };
    stream.on('data', take);
    stream.once('end', () => resolve(chunks));
    stream.once('close', () => reject(CALL_ENDED));
  });
}

async function pack(message: Uint8Array, compression: Compression | null, compressMinBytes: number) {
  const { flags, data } = await envelopeCompress({ flags: 0, data: message }, compression, compressMinBytes);
  return encodeEnvelope(flags, data);
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
