import type { Client, Kind } from '../client/index.js';
import { kindDefinition, type ResourceRef } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';

const ORIGIN_LABEL = 'teleport.dev/origin';

/** @throws CodedError `bad_ref` if the reference names a whole kind, which is never removed at once. */
export function requireRemovable(ref: ResourceRef): void {
  const { kind, singleton, verbs } = kindDefinition(ref.kind);
  if (!verbs.remove) throw new CodedError('unsupported_kind', `resources of kind ${kind} cannot be removed`);
  if (ref.name || singleton) return;
  throw new CodedError('bad_ref', `"${ref.text}" names a kind; a name is missing`, {
    hint: `Give the full name of what to remove, for example "tctl rm ${kind}/example"`,
  });
}

/** Removes a resource that `requireRemovable` let pass; a kind with a single resource goes back to its defaults. */
export async function removeResource(ref: ResourceRef, { client }: { client: Client }): Promise<'deleted' | 'reset'> {
  const definition = kindDefinition(ref.kind);
  const kind = definition.kind as Kind;
  if (definition.singleton) {
    const stored = (await client.resources.get(kind, '')) as { metadata?: { labels: Record<string, string> } };
    if (stored.metadata?.labels[ORIGIN_LABEL] === 'config-file') {
      throw new CodedError('managed_by_config', `${kind} is managed by static configuration and cannot be reset`, {
        hint: "Change it in the auth service's configuration file",
      });
    }
    await client.resources.delete(kind, '');
    return 'reset';
  }
  await client.resources.delete(kind, ref.name ?? '');
  return 'deleted';
}
