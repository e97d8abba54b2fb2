import { create } from '@bufbuild/protobuf';
import { MetadataSchema, type ResourceHeader, ResourceHeaderSchema } from '../../gen/types/metadata_pb.js';

/** The header of a resource of which there is one: its name is fixed. */
export function singletonHeader(
  header: ResourceHeader | undefined,
  { kind, name }: { kind: string; name: string },
): ResourceHeader {
  const filled = header ?? create(ResourceHeaderSchema);
  filled.kind = kind;
  filled.version = 'v1';
  filled.metadata ??= create(MetadataSchema);
  filled.metadata.name = name;
  filled.metadata.namespace ||= 'default';
  return filled;
}
