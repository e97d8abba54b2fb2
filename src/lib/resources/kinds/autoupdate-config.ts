import { clone, create } from '@bufbuild/protobuf';
import {
  type AutoUpdateConfig,
  AutoUpdateConfigSchema,
  type AutoUpdateConfigSpecAgents,
} from '../../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import { MetadataSchema } from '../../gen/teleport/header/v1/header_pb.js';
import type { FieldProblem } from '../problems.js';
import { defineProtoKind } from '../proto-kind.js';
import { checkAgentsMode, checkGroups, checkName, checkStrategy, checkToolsMode } from './autoupdate-rules.js';

const NAME = 'autoupdate-config';
const SHORTEST_WINDOW_SECONDS = 600n;

export const autoupdateConfigKind = defineProtoKind('autoupdate_config', {
  schema: AutoUpdateConfigSchema,
  withDefaults: withAutoupdateConfigDefaults,
  validate: validateAutoupdateConfig,
});

function withAutoupdateConfigDefaults(config: AutoUpdateConfig): AutoUpdateConfig {
  const copy = clone(AutoUpdateConfigSchema, config);
  copy.kind ||= 'autoupdate_config';
  copy.version ||= 'v1';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.name ||= NAME;
  return copy;
}

function validateAutoupdateConfig({ metadata, spec }: AutoUpdateConfig): FieldProblem[] {
  const problems = checkName(metadata, NAME);
  if (!spec) return [...problems, { path: ['spec'], message: 'this is required' }];
  if (spec.tools) problems.push(...checkToolsMode(['spec', 'tools', 'mode'], spec.tools.mode));
  if (spec.agents) problems.push(...validateAgents(spec.agents));
  return problems;
}

function validateAgents({ mode, strategy, maintenanceWindowDuration, schedules }: AutoUpdateConfigSpecAgents) {
  const path = ['spec', 'agents'];
  const problems = [
    ...checkAgentsMode([...path, 'mode'], mode),
    ...checkStrategy([...path, 'strategy'], strategy),
    ...checkGroups([...path, 'schedules', 'regular'], schedules?.regular ?? [], { strategy }),
  ];
  const { seconds = 0n, nanos = 0 } = maintenanceWindowDuration ?? {};
  const window = [...path, 'maintenance_window_duration'];
  if (strategy === 'halt-on-error' && (seconds !== 0n || nanos !== 0)) {
    problems.push({ path: window, message: 'the strategy halt-on-error does not take this' });
  }
  if (strategy === 'time-based' && seconds < SHORTEST_WINDOW_SECONDS) {
    problems.push({ path: window, message: `the strategy time-based needs at least ${SHORTEST_WINDOW_SECONDS}s` });
  }
  return problems;
}
