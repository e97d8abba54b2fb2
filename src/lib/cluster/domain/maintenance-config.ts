import { fromBinary } from '@bufbuild/protobuf';
import {
  type ClusterMaintenanceConfigV1,
  ClusterMaintenanceConfigV1Schema,
} from '../../gen/types/cluster_maintenance_pb.js';
import { maintenanceConfigKind } from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { getStored, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'cluster_maintenance_config';
const NAME = 'cluster-maintenance-config';

/** As a nonce it replaces whatever there is. */
const ANY_NONCE = 2n ** 64n - 1n;

/** @throws ClusterError NotFound. */
export function getMaintenanceConfig({ store }: ClusterState): ClusterMaintenanceConfigV1 {
  const found = store.read((transaction) => getStored(transaction, ClusterMaintenanceConfigV1Schema, KIND, NAME));
  if (found === undefined) throw new ClusterError('NotFound', 'cluster maintenance config not found');
  return found;
}

/**
 * Replaces the one with the given one's nonce, 0 standing for none, and counts the nonce up.
 * @throws ClusterError CompareFailed when somebody else has changed it meanwhile.
 */
export async function updateMaintenanceConfig(
  { store }: ClusterState,
  given: ClusterMaintenanceConfigV1,
): Promise<void> {
  const config = maintenanceConfigKind.withDefaults(given);
  refuseProblems(maintenanceConfigKind.validate(config));
  await store.write((transaction) => {
    const item = transaction.get(KIND, NAME);
    const nonce = item === undefined ? 0n : fromBinary(ClusterMaintenanceConfigV1Schema, item.value).nonce;
    if (config.nonce !== ANY_NONCE && config.nonce !== nonce) {
      throw new ClusterError(
        'CompareFailed',
        'the maintenance config has been changed meanwhile; read it again and repeat the change',
      );
    }
    config.nonce = nonce + 1n;
    putStored(transaction, ClusterMaintenanceConfigV1Schema, KIND, NAME, config);
  });
}

/** @throws ClusterError NotFound. */
export async function deleteMaintenanceConfig({ store }: ClusterState): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, NAME)) {
      throw new ClusterError('NotFound', 'key "/cluster_configuration/maintenance" is not found');
    }
  });
}
