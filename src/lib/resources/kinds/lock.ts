import { clone, create } from '@bufbuild/protobuf';
import { LockSpecV2Schema, LockTargetSchema, type LockV2, LockV2Schema } from '../../gen/types/locks_pb.js';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { defineLegacyKind, type KindDefinition } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';

export const lockKind: KindDefinition<typeof LockV2Schema> = {
  ...defineLegacyKind('lock', { schema: LockV2Schema, withDefaults: withLockDefaults, validate: validateLock }),
  laterFields: ({ spec }) => (spec?.target?.linuxDesktop ? ['spec.target.linux_desktop'] : []),
};

/** A copy with kind, version and namespace filled in; who and when is the server's part (wire §5.4). */
export function withLockDefaults(lock: LockV2): LockV2 {
  const copy = clone(LockV2Schema, lock);
  copy.kind = 'lock';
  copy.version = 'v2';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(LockSpecV2Schema);
  return copy;
}

/** A lock must say what it locks (wire §5.4). */
export function validateLock(lock: LockV2): FieldProblem[] {
  const problems = validateMetadata(lock.metadata);
  const target = lock.spec?.target;
  const fields = LockTargetSchema.fields.map((field) => ({ name: field.name, localName: field.localName }));
  const isSet =
    target && (target.$unknown?.length || fields.some(({ localName }) => Reflect.get(target, localName) !== ''));
  if (!isSet) {
    const accepted = fields.map(({ name }) => name);
    problems.push({
      path: ['spec', 'target'],
      message: 'at least one target must be set',
      accepted,
    });
  }
  return problems;
}
