import { clone, create } from '@bufbuild/protobuf';
import { InstallerSpecV1Schema, type InstallerV1, InstallerV1Schema } from '../../gen/types/installers_pb.js';
import { MetadataSchema } from '../../gen/types/metadata_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';

export const installerKind = defineLegacyKind('installer', {
  schema: InstallerV1Schema,
  withDefaults: withInstallerDefaults,
  validate: ({ metadata }) => validateMetadata(metadata),
});

function withInstallerDefaults(installer: InstallerV1): InstallerV1 {
  const copy = clone(InstallerV1Schema, installer);
  copy.kind = 'installer';
  copy.version = 'v1';
  copy.metadata ??= create(MetadataSchema);
  copy.metadata.namespace ||= 'default';
  copy.spec ??= create(InstallerSpecV1Schema);
  return copy;
}
