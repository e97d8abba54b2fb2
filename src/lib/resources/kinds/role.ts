import { clone, create } from '@bufbuild/protobuf';
import { BoolValueSchema, MetadataSchema } from '../../gen/types/metadata_pb.js';
import {
  type KubernetesResource,
  KubernetesResourceSchema,
  type RoleConditions,
  RoleConditionsSchema,
} from '../../gen/types/role_conditions_pb.js';
import {
  IdPOptionsSchema,
  RecordSessionSchema,
  type RoleOptions,
  RoleOptionsSchema,
} from '../../gen/types/role_options_pb.js';
import { RoleSpecV6Schema, type RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { type LabelValues, LabelValuesSchema } from '../../gen/wrappers/wrappers_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateRole } from './role-validation.js';

const THIRTY_HOURS = 108_000_000_000_000n;

export const roleKind = defineLegacyKind('role', {
  schema: RoleV6Schema,
  withDefaults: withRoleDefaults,
  validate: validateRole,
});

/** A copy with the defaults of its version filled in (wire §5.5). */
export function withRoleDefaults(role: RoleV6): RoleV6 {
  const copy = clone(RoleV6Schema, role);
  copy.kind = 'role';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(RoleSpecV6Schema);
  copy.spec.options ??= create(RoleOptionsSchema);
  copy.spec.allow ??= create(RoleConditionsSchema);
  copy.spec.deny ??= create(RoleConditionsSchema);
  for (const conditions of [copy.spec.allow, copy.spec.deny]) {
    if (conditions.namespaces.length === 0) conditions.namespaces = ['default'];
  }
  fillOptions(copy.spec.options, copy.version);
  if (copy.version === 'v3') fillLabelsOfVersion3(copy.spec.allow);
  fillKubernetesResources(copy.spec.allow, copy.version);
  return copy;
}

function fillOptions(options: RoleOptions, version: string): void {
  const yes = () => create(BoolValueSchema, { value: true });
  options.certFormat ||= 'standard';
  if (options.maxSessionTtl <= 0n) options.maxSessionTtl = THIRTY_HOURS;
  if (options.enhancedRecording.length === 0) options.enhancedRecording = ['command', 'network'];
  options.recordSession ??= create(RecordSessionSchema, { desktop: yes(), default: 'best_effort' });
  options.desktopClipboard ??= yes();
  options.desktopDirectorySharing ??= yes();
  options.createDesktopUser ??= create(BoolValueSchema);
  options.createDbUser ??= create(BoolValueSchema);
  options.sshFileCopy ??= yes();
  if (version !== 'v8') options.idp ??= create(IdPOptionsSchema, { saml: { enabled: yes() } });
}

/** Roles of version 3 give access to everything of a sort unless they say otherwise. */
function fillLabelsOfVersion3(allow: RoleConditions): void {
  const everything = () => create(LabelValuesSchema, { labels: { '*': { values: ['*'] } } });
  if (!allow.nodeLabels && allow.logins.length > 0) allow.nodeLabels = everything();
  allow.appLabels ??= everything();
  allow.kubernetesLabels ??= everything();
  allow.dbLabels ??= everything();
}

function fillKubernetesResources(allow: RoleConditions, version: string): void {
  const everything = everyKubernetesResource(version);
  const selects = hasLabels(allow.kubernetesLabels) || allow.kubernetesLabelsExpression !== '';
  if (everything && selects && allow.kubernetesResources.length === 0) allow.kubernetesResources = [everything];
  if (['v7', 'v8'].includes(version)) return;
  for (const resource of allow.kubernetesResources) if (resource.verbs.length === 0) resource.verbs = ['*'];
}

function everyKubernetesResource(version: string): KubernetesResource | undefined {
  const everywhere = { namespace: '*', name: '*' };
  if (['v3', 'v4', 'v5'].includes(version)) return create(KubernetesResourceSchema, { kind: 'pod', ...everywhere });
  const all = { kind: '*', ...everywhere, verbs: ['*'] };
  if (version === 'v7') return create(KubernetesResourceSchema, all);
  return version === 'v8' ? create(KubernetesResourceSchema, { ...all, apiGroup: '*' }) : undefined;
}

function hasLabels(labels: LabelValues | undefined): boolean {
  return Object.keys(labels?.labels ?? {}).length > 0;
}
