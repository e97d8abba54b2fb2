import type { Client, Kind } from '../client/index.js';
import { kindInfo, ORIGIN_LABEL, type ResourceRef } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { namingWhatIsMissing } from './missing.js';

/** @throws CodedError `bad_ref` if the reference names a whole kind, which is never removed at once. */
export function requireRemovable({ kind, name, text }: ResourceRef): void {
  const { nameForm, singleton, verbs } = kindInfo(kind);
  if (!verbs.remove) throw new CodedError('unsupported_kind', `resources of kind ${kind} cannot be removed`);
  if (name || singleton) return;
  throw new CodedError('bad_ref', `"${text}" names a kind; a name is missing`, {
    hint: `Give the full name of what to remove, for example "tctl rm ${kind}/${nameForm === 'owner-and-name' ? 'example/ID' : 'example'}"`,
  });
}

/** Removes a resource that `requireRemovable` let pass; a setting that cannot be missing goes back to its defaults. */
export async function removeResource(ref: ResourceRef, { client }: { client: Client }): Promise<'deleted' | 'reset'> {
  const kind = ref.kind as Kind;
  const { removal, singleton } = kindInfo(kind);
  if (removal === 'delete') {
    const name = ref.name ?? '';
    if (singleton) await client.resources.delete(kind, name);
    else await namingWhatIsMissing({ kind, name, client }, () => client.resources.delete(kind, name));
    return 'deleted';
  }
  const stored = (await client.resources.get(kind, '')) as { metadata?: { labels: Record<string, string> } };
  if (stored.metadata?.labels[ORIGIN_LABEL] === 'config-file') {
    throw new CodedError('managed_by_config', `${kind} is managed by static configuration and cannot be reset`, {
      hint: "Change it in the auth service's configuration file",
    });
  }
  await client.resources.delete(kind, '');
  return 'reset';
}
