import { clone, create } from '@bufbuild/protobuf';
import { UIConfigSpecV1Schema, type UIConfigV1, UIConfigV1Schema } from '../../gen/types/ui_config_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';
import { singletonHeader } from './singleton-header.js';

const SHOWN_RESOURCES = ['requestable', 'accessible_only'];

export const uiConfigKind = defineLegacyKind('ui_config', {
  schema: UIConfigV1Schema,
  withDefaults: withUiConfigDefaults,
  validate: validateUiConfig,
});

function withUiConfigDefaults(config: UIConfigV1): UIConfigV1 {
  const copy = clone(UIConfigV1Schema, config);
  copy.header = singletonHeader(copy.header, { kind: 'ui_config', name: 'ui-config' });
  copy.spec ??= create(UIConfigSpecV1Schema);
  copy.spec.showResources ||= 'requestable';
  return copy;
}

function validateUiConfig({ header, spec }: UIConfigV1): FieldProblem[] {
  const problems = validateMetadata(header?.metadata);
  const { scrollbackLines = 0, showResources = '' } = spec ?? {};
  if (scrollbackLines < 0) problems.push({ path: ['spec', 'scrollback_lines'], message: 'this must not be negative' });
  if (!SHOWN_RESOURCES.includes(showResources)) {
    problems.push(notOneOf(['spec', 'show_resources'], showResources, SHOWN_RESOURCES));
  }
  return problems;
}
