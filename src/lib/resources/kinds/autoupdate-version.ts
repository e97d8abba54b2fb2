import { clone, create } from '@bufbuild/protobuf';
import { type AutoUpdateVersion, AutoUpdateVersionSchema } from '../../gen/teleport/autoupdate/v1/autoupdate_pb.js';
import { MetadataSchema } from '../../gen/teleport/header/v1/header_pb.js';
import type { FieldProblem } from '../problems.js';
import { defineProtoKind } from '../proto-kind.js';
import { checkAgentsMode, checkName, checkSchedule, checkVersion } from './autoupdate-rules.js';

const NAME = 'autoupdate-version';

export const autoupdateVersionKind = defineProtoKind('autoupdate_version', {
  schema: AutoUpdateVersionSchema,
  withDefaults: withAutoupdateVersionDefaults,
  validate: validateAutoupdateVersion,
});

function withAutoupdateVersionDefaults(version: AutoUpdateVersion): AutoUpdateVersion {
  const copy = clone(AutoUpdateVersionSchema, version);
  copy.kind ||= 'autoupdate_version';
  copy.version ||= 'v1';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.name ||= NAME;
  return copy;
}

function validateAutoupdateVersion({ metadata, spec }: AutoUpdateVersion): FieldProblem[] {
  const problems = checkName(metadata, NAME);
  if (!spec) return [...problems, { path: ['spec'], message: 'this is required' }];
  const { tools, agents } = spec;
  if (tools) problems.push(...checkVersion(['spec', 'tools', 'target_version'], tools.targetVersion));
  if (!agents) return problems;
  const path = ['spec', 'agents'];
  return [
    ...problems,
    ...checkVersion([...path, 'start_version'], agents.startVersion),
    ...checkVersion([...path, 'target_version'], agents.targetVersion),
    ...checkSchedule([...path, 'schedule'], agents.schedule),
    ...checkAgentsMode([...path, 'mode'], agents.mode),
  ];
}
