import { clone, create } from '@bufbuild/protobuf';
import type { Duration } from '@bufbuild/protobuf/wkt';
import { MetadataSchema } from '../../gen/teleport/header/v1/header_pb.js';
import {
  type WorkloadIdentity,
  type WorkloadIdentityRule,
  WorkloadIdentitySchema,
} from '../../gen/teleport/workloadidentity/v1/resource_pb.js';
import { validateMetadata } from '../metadata.js';
import type { FieldPath, FieldProblem } from '../problems.js';
import { defineProtoKind } from '../proto-kind.js';

const DAY_SECONDS = 86_400n;
const LONGEST_X509_DAYS = 14n;
const LONGEST_JWT_DAYS = 1n;

export const workloadIdentityKind = defineProtoKind('workload_identity', {
  schema: WorkloadIdentitySchema,
  withDefaults: withWorkloadIdentityDefaults,
  validate: validateWorkloadIdentity,
});

function withWorkloadIdentityDefaults(identity: WorkloadIdentity): WorkloadIdentity {
  const copy = clone(WorkloadIdentitySchema, identity);
  copy.kind ||= 'workload_identity';
  copy.version ||= 'v1';
  copy.metadata ??= create(MetadataSchema);
  return copy;
}

/** Expressions are left to the server. */
function validateWorkloadIdentity({ metadata, spec }: WorkloadIdentity): FieldProblem[] {
  const problems = validateMetadata(metadata);
  const { id = '', x509, jwt } = spec?.spiffe ?? {};
  const path = ['spec', 'spiffe'];
  if (id === '') problems.push({ path: [...path, 'id'], message: 'this is required' });
  else if (!id.startsWith('/')) problems.push({ path: [...path, 'id'], message: 'this must begin with "/"' });
  problems.push(
    ...validateTtl([...path, 'x509', 'maximum_ttl'], x509?.maximumTtl, LONGEST_X509_DAYS),
    ...validateTtl([...path, 'jwt', 'maximum_ttl'], jwt?.maximumTtl, LONGEST_JWT_DAYS),
  );
  const rules = spec?.rules?.allow ?? [];
  return [...problems, ...rules.flatMap((rule, index) => validateRule(['spec', 'rules', 'allow', index], rule))];
}

function validateTtl(path: FieldPath, ttl: Duration | undefined, days: bigint): FieldProblem[] {
  if (!ttl || ttl.seconds < days * DAY_SECONDS || (ttl.seconds === days * DAY_SECONDS && ttl.nanos === 0)) return [];
  return [{ path, message: `this must be at most ${days * DAY_SECONDS}s` }];
}

function validateRule(path: FieldPath, { conditions, expression }: WorkloadIdentityRule): FieldProblem[] {
  const place = [...path, 'conditions'];
  if (expression === '' && conditions.length === 0) return [{ path: place, message: 'at least one is required' }];
  if (expression !== '' && conditions.length > 0) {
    return [{ path: place, message: 'conditions and expression exclude each other' }];
  }
  return conditions.flatMap(({ attribute, operator }, index) => [
    ...(attribute === '' ? [{ path: [...place, index, 'attribute'], message: 'this is required' }] : []),
    ...(operator.case === undefined
      ? [{ path: [...place, index], message: 'an operator is required: eq, not_eq, in or not_in' }]
      : []),
  ]);
}
