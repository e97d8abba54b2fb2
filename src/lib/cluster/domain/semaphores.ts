import { type SemaphoreFilter, type SemaphoreV3, SemaphoreV3Schema } from '../../gen/types/semaphores_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { decodeStored } from './stored-message.js';

/** Stored under `<what it guards>/<for whom>`. Nothing here takes leases. */
const KIND = 'semaphore';

export function listSemaphores({ store }: ClusterState, filter: SemaphoreFilter): SemaphoreV3[] {
  return store
    .read((transaction) => transaction.list(KIND))
    .map((item) => decodeStored(SemaphoreV3Schema, item))
    .filter(({ subKind }) => filter.kind === '' || filter.kind === subKind)
    .filter(({ metadata }) => filter.name === '' || filter.name === metadata?.name);
}

/** @throws ClusterError NotFound. */
export async function deleteSemaphore({ store }: ClusterState, { kind, name }: SemaphoreFilter): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, `${kind}/${name}`)) {
      throw new ClusterError('NotFound', `key "/semaphores/${kind}/${name}" is not found`);
    }
  });
}
