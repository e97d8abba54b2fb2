import { type Duplex, duplexPair, pipeline } from 'node:stream';

import type { MessageInitShape } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';

import {
  type ProxyClusterRequestSchema,
  type ProxyClusterResponse,
  TransportService,
} from '../gen/teleport/transport/v1/transport_service_pb.js';
import { framesOf } from '../util/frames.js';
import { openProxySsh, type ProxySshOptions } from './proxy-ssh.js';

/** Frames are no larger (transport §5.5). */
const FRAME_BYTES = 16 * 1024;

/**
 * A byte stream to a cluster's auth service that a proxy carries inside a gRPC call (transport §5.5). Closing it closes
 * the connection to the proxy too.
 * @throws DialError
 */
export async function openProxyCluster(options: ProxySshOptions): Promise<Duplex> {
  const grpc = await openProxySsh(options);
  const [near, far] = duplexPair();
  const call = createClient(TransportService, grpc.transport).proxyCluster(requests(options.clusterName, near));
  pipeline(payloads(call), near, (error) => {
    if (error) far.destroy(error); // with its cause
  });
  far.once('close', () => {
    near.destroy();
    void grpc.close();
  });
  return far;
}

async function* requests(
  cluster: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<MessageInitShape<typeof ProxyClusterRequestSchema>> {
  yield { cluster };
  for await (const chunk of bytes) for (const payload of framesOf(chunk, FRAME_BYTES)) yield { frame: { payload } };
}

async function* payloads(responses: AsyncIterable<ProxyClusterResponse>): AsyncGenerator<Uint8Array> {
  for await (const { frame } of responses) if (frame?.payload.length) yield frame.payload;
}
