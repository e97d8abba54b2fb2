import { CodedError } from '../util/coded-error.js';
import type { KindDefinition } from './kind-definition.js';
import { kindDefinition } from './registry.js';

/** One or all resources of a kind, as `get`, `rm` and `edit` name them (cli §4). */
export interface ResourceRef {
  /** What the user wrote. */
  readonly text: string;
  readonly definition: KindDefinition;
  /** The canonical kind. */
  readonly kind: string;
  /** The type of a certificate authority. */
  readonly subKind?: string;
  /** Missing: all resources of the kind. */
  readonly name?: string;
}

/**
 * Reads a reference: `kind`, `kind/name` or `kind/part/name`; slash, space and tab separate, empty parts vanish.
 * @throws CodedError `bad_ref`, `unknown_kind` or `unsupported_kind`.
 */
export function parseRef(text: string): ResourceRef {
  const parts = text.split(/[/ \t]+/).filter((part) => part !== '');
  const [kindName, ...names] = parts;
  if (kindName === undefined || parts.length > 3) throw badRef(text, 'write kind, kind/name or kind/type/name');
  const definition = kindDefinition(kindName);
  return { text, definition, kind: definition.kind, ...nameParts(definition, names, text) };
}

function nameParts(
  { kind, nameForm }: KindDefinition,
  names: readonly string[],
  text: string,
): Pick<ResourceRef, 'name' | 'subKind'> {
  const [first, second] = names;
  if (first === undefined) return {};
  switch (nameForm) {
    case 'singleton':
      throw badRef(text, `a cluster has one ${kind}; write ${kind} alone`);
    case 'joined':
      return { name: names.join('/') };
    case 'type-and-name':
      if (second === undefined) throw badRef(text, `write ${kind}/TYPE/CLUSTER, for example ${kind}/host/example.com`);
      return { subKind: first, name: second };
    case 'name':
      // The real tool drops the middle part without a word and acts on another resource than the one that was named.
      if (second !== undefined) throw badRef(text, `the name of a ${kind} holds no slash; write ${kind}/NAME`);
      return { name: first };
  }
}

/** Reads a comma-separated list of references; `\,` stands for a comma inside one, empty items vanish (cli §4). */
export function parseRefs(text: string): ResourceRef[] {
  return (text.match(/(?:\\,|[^,])+/g) ?? [])
    .map((item) => item.replaceAll('\\,', ',').trim())
    .filter((item) => item !== '')
    .map(parseRef);
}

function badRef(text: string, hint: string): CodedError {
  return new CodedError('bad_ref', `${JSON.stringify(text)} does not name a resource`, { hint });
}
