import { clone, create } from '@bufbuild/protobuf';
import {
  type AccessList,
  type AccessListAudit,
  AccessListAuditSchema,
  AccessListGrantsSchema,
  AccessListRequiresSchema,
  AccessListSchema,
  AccessListSpecSchema,
  MembershipKind,
  NotificationsSchema,
  RecurrenceSchema,
  ReviewDayOfMonth,
  ReviewFrequency,
} from '../../gen/teleport/accesslist/v1/accesslist_pb.js';
import { MetadataSchema, ResourceHeaderSchema } from '../../gen/teleport/header/v1/header_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';

const TWO_WEEKS_SECONDS = 1_209_600n;

/** The first audit's date, if none is given, is the server's part. */
export const accessListKind = defineLegacyKind('access_list', {
  schema: AccessListSchema,
  withDefaults: withAccessListDefaults,
  validate: validateAccessList,
});

function withAccessListDefaults(list: AccessList): AccessList {
  const copy = clone(AccessListSchema, list);
  copy.header ??= create(ResourceHeaderSchema);
  copy.header.kind = 'access_list';
  copy.header.version = 'v1';
  copy.header.metadata ??= create(MetadataSchema);
  copy.spec ??= create(AccessListSpecSchema);
  copy.spec.membershipRequires ??= create(AccessListRequiresSchema);
  copy.spec.ownershipRequires ??= create(AccessListRequiresSchema);
  copy.spec.grants ??= create(AccessListGrantsSchema);
  for (const owner of copy.spec.owners) owner.membershipKind ||= MembershipKind.USER;
  copy.spec.audit ??= create(AccessListAuditSchema);
  fillAudit(copy.spec.audit);
  return copy;
}

function fillAudit(audit: AccessListAudit): void {
  audit.recurrence ??= create(RecurrenceSchema);
  audit.recurrence.frequency ||= ReviewFrequency.SIX_MONTHS;
  audit.recurrence.dayOfMonth ||= ReviewDayOfMonth.FIRST;
  audit.notifications ??= create(NotificationsSchema);
  const { start } = audit.notifications;
  if (!start || (start.seconds === 0n && start.nanos === 0)) {
    audit.notifications = create(NotificationsSchema, { start: { seconds: TWO_WEEKS_SECONDS } });
  }
}

function validateAccessList({ header, spec }: AccessList): FieldProblem[] {
  const problems = validateMetadata(header?.metadata);
  if (!spec?.title) problems.push({ path: ['spec', 'title'], message: 'this is required' });
  if (!spec?.owners.length) problems.push({ path: ['spec', 'owners'], message: 'at least one is required' });
  spec?.owners.forEach(({ name }, index) => {
    if (name === '') problems.push({ path: ['spec', 'owners', index, 'name'], message: 'this is required' });
  });
  return problems;
}
