import { clone, create } from '@bufbuild/protobuf';
import {
  ClusterMaintenanceConfigSpecV1Schema,
  type ClusterMaintenanceConfigV1,
  ClusterMaintenanceConfigV1Schema,
} from '../../gen/types/cluster_maintenance_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';
import { isWeekday, WEEKDAYS } from '../weekdays.js';
import { singletonHeader } from './singleton-header.js';

export const maintenanceConfigKind = defineLegacyKind('cluster_maintenance_config', {
  schema: ClusterMaintenanceConfigV1Schema,
  withDefaults: withMaintenanceConfigDefaults,
  validate: validateMaintenanceConfig,
});

function withMaintenanceConfigDefaults(config: ClusterMaintenanceConfigV1): ClusterMaintenanceConfigV1 {
  const copy = clone(ClusterMaintenanceConfigV1Schema, config);
  const name = 'cluster-maintenance-config';
  copy.header = singletonHeader(copy.header, { kind: 'cluster_maintenance_config', name });
  copy.spec ??= create(ClusterMaintenanceConfigSpecV1Schema);
  return copy;
}

function validateMaintenanceConfig({ header, spec }: ClusterMaintenanceConfigV1): FieldProblem[] {
  const problems = validateMetadata(header?.metadata);
  const { utcStartHour = 0, weekdays = [] } = spec?.agentUpgrades ?? {};
  const path = ['spec', 'agent_upgrades'];
  if (utcStartHour > 23) problems.push({ path: [...path, 'utc_start_hour'], message: 'expected an hour from 0 to 23' });
  weekdays.forEach((day, index) => {
    if (!isWeekday(day)) problems.push(notOneOf([...path, 'weekdays', index], day, WEEKDAYS));
  });
  return problems;
}
