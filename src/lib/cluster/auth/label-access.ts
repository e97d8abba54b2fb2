import type { RoleConditions } from '../../gen/types/role_conditions_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import type { LabelValues } from '../../gen/wrappers/wrappers_pb.js';
import { expandTraits, isUnderstood } from '../certs/trait-templates.js';
import { matchesAny, type Side } from './patterns.js';

/** Kinds that roles open by labels. */
export type LabelledKind = 'app' | 'db' | 'kube_cluster' | 'node';

const FIELDS = {
  app: ['appLabels', 'appLabelsExpression'],
  db: ['dbLabels', 'dbLabelsExpression'],
  kube_cluster: ['kubernetesLabels', 'kubernetesLabelsExpression'],
  node: ['nodeLabels', 'nodeLabelsExpression'],
} as const satisfies Record<LabelledKind, [keyof RoleConditions, keyof RoleConditions]>;

/**
 * Whether roles let somebody reach a resource with these labels: one role must allow it, and none deny it. Label expressions
 * are not evaluated: one that allows allows nothing, one that denies denies everything, so that more is never open than should be.
 */
export function mayReach(
  roles: readonly RoleV6[],
  traits: Record<string, string[]>,
  kind: LabelledKind,
  labels: Readonly<Record<string, string>>,
): boolean {
  const [field, expression] = FIELDS[kind];
  const fits = (side: Side, conditions: RoleConditions | undefined) =>
    labelsFit(side, conditions?.[field]?.labels ?? {}, traits, labels);
  if (roles.some(({ spec }) => spec?.deny?.[expression] || fits('deny', spec?.deny))) return false;
  return roles.some(({ spec }) => !spec?.allow?.[expression] && fits('allow', spec?.allow));
}

/** Every key must be there with a value that fits; no keys fit nothing, `*: *` fits everything whatever stands beside it. */
function labelsFit(
  side: Side,
  wanted: LabelValues['labels'],
  traits: Record<string, string[]>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const entries = Object.entries(wanted);
  if (entries.length === 0) return false;
  if (wanted['*']?.values.join() === '*') return true;
  return entries.every(([key, { values }]) => {
    const patterns = values.flatMap((value) => (isUnderstood(value) ? expandTraits(value, traits) : value));
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value !== undefined && matchesAny(side, patterns, value);
  });
}
