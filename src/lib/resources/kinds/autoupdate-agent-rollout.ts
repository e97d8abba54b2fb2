import { clone, create } from '@bufbuild/protobuf';
import {
  type AutoUpdateAgentRollout,
  AutoUpdateAgentRolloutSchema,
} from '../../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import { MetadataSchema } from '../../gen/teleport/header/v1/header_pb.js';
import type { FieldProblem } from '../problems.js';
import { defineProtoKind } from '../proto-kind.js';
import {
  checkAgentsMode,
  checkGroups,
  checkName,
  checkSchedule,
  checkStrategy,
  checkVersion,
} from './autoupdate-rules.js';

const NAME = 'autoupdate-agent-rollout';

export const autoupdateRolloutKind = defineProtoKind('autoupdate_agent_rollout', {
  schema: AutoUpdateAgentRolloutSchema,
  withDefaults: withRolloutDefaults,
  validate: validateRollout,
});

function withRolloutDefaults(rollout: AutoUpdateAgentRollout): AutoUpdateAgentRollout {
  const copy = clone(AutoUpdateAgentRolloutSchema, rollout);
  copy.kind ||= 'autoupdate_agent_rollout';
  copy.version ||= 'v1';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.name ||= NAME;
  return copy;
}

function validateRollout({ metadata, spec, status }: AutoUpdateAgentRollout): FieldProblem[] {
  const problems = checkName(metadata, NAME);
  if (!spec) return [...problems, { path: ['spec'], message: 'this is required' }];
  const groups = (status?.groups ?? []).map(({ name, configDays, configStartHour, configWaitHours }) => ({
    name,
    days: configDays,
    startHour: configStartHour,
    waitHours: configWaitHours,
  }));
  return [
    ...problems,
    ...checkVersion(['spec', 'start_version'], spec.startVersion),
    ...checkVersion(['spec', 'target_version'], spec.targetVersion),
    ...checkSchedule(['spec', 'schedule'], spec.schedule),
    ...checkAgentsMode(['spec', 'autoupdate_mode'], spec.autoupdateMode),
    ...checkStrategy(['spec', 'strategy'], spec.strategy),
    ...checkGroups(['status', 'groups'], groups, { strategy: spec.strategy, prefix: 'config_' }),
  ];
}
