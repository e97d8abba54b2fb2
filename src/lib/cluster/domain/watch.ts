import { create } from '@bufbuild/protobuf';
import { type Event, EventSchema, Operation, type Watch } from '../../gen/proto/events_pb.js';
import type { WatchKind } from '../../gen/types/watch_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

/**
 * Tells an agent of changes to the cluster's own authorities: that it listens, and then nothing, for their keys never
 * change while the cluster runs. Other things cannot be watched here.
 * @param signal ends the watch
 * @throws ClusterError NotImplemented for other kinds, or authorities of other clusters.
 */
export async function* watchEvents(
  { clusterName }: ClusterState,
  { kinds }: Watch,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const other = kinds.find((kind) => !isOwnAuthorities(kind, clusterName));
  if (other !== undefined || kinds.length === 0) {
    throw new ClusterError('NotImplemented', `changes of "${other?.kind ?? ''}" cannot be watched in this cluster`);
  }
  yield create(EventSchema, {
    type: Operation.INIT,
    resource: { case: 'watchStatus', value: { kind: 'watch_status', version: 'v1', metadata: {}, spec: { kinds } } },
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The filter maps types of authorities to the names of their clusters. */
function isOwnAuthorities({ kind, filter }: WatchKind, clusterName: string): boolean {
  const clusters = Object.values(filter);
  return kind === 'cert_authority' && clusters.length > 0 && clusters.every((name) => name === clusterName);
}
