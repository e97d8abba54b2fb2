import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '../client/index.js';
import type { ResourceRef } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { namingWhatIsMissing } from './missing.js';

/** What `update` may change of a resource. What is not given stays. */
export interface MetadataUpdate {
  /** Takes the place of all labels. */
  labels?: Record<string, string>;
  expires?: Date;
}

/** @throws CodedError `unsupported_kind`, `bad_ref` */
export function requireUpdatable({ kind, name, text }: ResourceRef): void {
  if (kind !== 'remote_cluster') {
    throw new CodedError('unsupported_kind', `resources of kind ${kind} cannot be updated by this command`, {
      hint: `Only remote_cluster can. Of others, change what you like with "tctl edit ${text}"`,
    });
  }
  if (name === undefined) {
    throw new CodedError('bad_ref', `"${text}" names a kind; a name is missing`, {
      hint: 'Write for example "tctl update remote_cluster/example.com --set-labels=env=prod"',
    });
  }
}

/** Changes labels and expiry of the remote cluster that `requireUpdatable` let pass. @throws CodedError `not_found` */
export async function updateMetadata(
  name: string,
  { labels, expires }: MetadataUpdate,
  { client }: { client: Client },
): Promise<void> {
  const cluster = await namingWhatIsMissing({ kind: 'remote_cluster', name, client }, () =>
    client.resources.get('remote_cluster', name),
  );
  if (!cluster.metadata) throw new CodedError('bad_answer', 'the server answered with half a cluster');
  if (labels) cluster.metadata.labels = labels;
  if (expires) cluster.metadata.expires = timestampFromDate(expires);
  await client.resources.update('remote_cluster', cluster);
}
