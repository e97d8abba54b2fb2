import { create } from '@bufbuild/protobuf';
import { type Event, EventSchema, Operation, type Watch } from '../../gen/proto/events_pb.js';
import type { CertAuthorityV2 } from '../../gen/types/cert_authorities_pb.js';
import type { WatchKind } from '../../gen/types/watch_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { getCertAuthority } from './cert-authorities.js';

const KIND = 'cert_authority';

/**
 * Tells an agent of changes to the cluster's own authorities: first that it listens, then each that is written, without
 * private keys. Other things cannot be watched here.
 * @param signal ends the watch
 * @throws ClusterError NotImplemented for other kinds, or authorities of other clusters.
 */
export async function* watchEvents(state: ClusterState, { kinds }: Watch, signal: AbortSignal): AsyncGenerator<Event> {
  const other = kinds.find((kind) => !isOwnAuthorities(kind, state.clusterName));
  if (other !== undefined || kinds.length === 0) {
    throw new ClusterError('NotImplemented', `changes of "${other?.kind ?? ''}" cannot be watched in this cluster`);
  }
  const types = [...new Set(kinds.flatMap(({ filter }) => Object.keys(filter)))];
  const read = () => types.map((type) => getCertAuthority(state, { type, domain: state.clusterName }));
  let known = read().map(revisionOf);
  let isChanged = false;
  let wake = () => {};
  const notice = () => {
    isChanged = true;
    wake();
  };
  let seen = state.store.changes([KIND]);
  const stop = state.store.onCommit(() => {
    const now = state.store.changes([KIND]);
    if (now !== seen) notice();
    seen = now;
  });
  signal.addEventListener('abort', notice, { once: true });
  try {
    yield create(EventSchema, {
      type: Operation.INIT,
      resource: { case: 'watchStatus', value: { kind: 'watch_status', version: 'v1', metadata: {}, spec: { kinds } } },
    });
    while (!signal.aborted) {
      if (!isChanged) await new Promise<void>((resolve) => (wake = resolve));
      if (signal.aborted) return;
      isChanged = false;
      const current = read();
      for (const authority of current.filter((one, index) => revisionOf(one) !== known[index]))
        yield create(EventSchema, { type: Operation.PUT, resource: { case: 'certAuthority', value: authority } });
      known = current.map(revisionOf);
    }
  } finally {
    stop();
    signal.removeEventListener('abort', notice);
  }
}

function revisionOf({ metadata }: CertAuthorityV2): string {
  return metadata?.revision ?? '';
}

/** The filter maps types of authorities to the names of their clusters. */
function isOwnAuthorities({ kind, filter }: WatchKind, clusterName: string): boolean {
  const clusters = Object.values(filter);
  return kind === 'cert_authority' && clusters.length > 0 && clusters.every((name) => name === clusterName);
}
