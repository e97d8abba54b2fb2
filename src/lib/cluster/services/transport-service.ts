import { type Duplex, duplexPair, pipeline } from 'node:stream';
import type { ServiceImpl } from '@connectrpc/connect';
import type { ProxyClusterRequest, TransportService } from '../../gen/teleport/transport/v1/transport_service_pb.js';
import { framesOf } from '../../util/frames.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

/** Frames are no larger (transport §5.5). */
const FRAME_BYTES = 16 * 1024;

/**
 * The proxy's service that carries connections inside calls; of its methods the one that leads to the auth service.
 * @param acceptAuth takes a connection to the auth service
 */
export function transportService(
  { clusterName }: ClusterState,
  acceptAuth: (connection: Duplex) => void,
): Required<Pick<ServiceImpl<typeof TransportService>, 'proxyCluster'>> {
  return {
    async *proxyCluster(requests, { signal }) {
      const messages = requests[Symbol.asyncIterator]();
      const first = await messages.next();
      const cluster = first.done ? '' : first.value.cluster;
      if (cluster !== clusterName) throw new ClusterError('NotFound', `cluster "${cluster}" is not found`);
      const [near, far] = duplexPair();
      // Whichever end goes first takes the other along.
      near.on('error', () => undefined).once('close', () => far.destroy());
      far.on('error', () => undefined).once('close', () => near.destroy());
      signal.addEventListener('abort', () => near.destroy());
      acceptAuth(far);
      pipeline(payloads(first.value, messages), near, () => undefined);
      for await (const chunk of near as AsyncIterable<Buffer>)
        for (const payload of framesOf(chunk, FRAME_BYTES)) yield { frame: { payload } };
    },
  };
}

async function* payloads(
  first: ProxyClusterRequest,
  rest: AsyncIterator<ProxyClusterRequest>,
): AsyncGenerator<Uint8Array> {
  for (let message: ProxyClusterRequest | undefined = first; message !== undefined; ) {
    if (message.frame?.payload.length) yield message.frame.payload;
    const { done, value }: IteratorResult<ProxyClusterRequest, unknown> = await rest.next();
    message = done ? undefined : value;
  }
}
