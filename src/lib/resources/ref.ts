import { CodedError } from '../util/coded-error.js';
import { type KindInfo, kindInfo } from './kind-info.js';

/** One or all resources of a kind, as `get`, `rm` and `edit` name them (cli §4). */
export interface ResourceRef {
  /** What the user wrote. */
  readonly text: string;
  /** The canonical kind. */
  readonly kind: string;
  /** Missing: all resources of the kind. Of a certificate authority: `type/cluster`, of a semaphore: `type/name`. */
  readonly name?: string;
  /** All resources of the kind that belong to it, such as the bot of bot instances; then there is no name. */
  readonly owner?: string;
}

/**
 * Reads a reference: `kind`, `kind/name` or `kind/part/name`; slash, space and tab separate, empty parts vanish.
 * @throws CodedError `bad_ref`, `unknown_kind` or `unsupported_kind`.
 */
export function parseRef(text: string): ResourceRef {
  const parts = text.split(/[/ \t]+/).filter((part) => part !== '');
  const [kindName, ...names] = parts;
  if (kindName === undefined || parts.length > 3) throw badRef(text, 'write kind, kind/name or kind/type/name');
  const info = kindInfo(kindName);
  if (info.nameForm === 'owner-and-name' && names.length === 1)
    return { text, kind: info.kind, owner: names[0] as string };
  const name = nameOf(info, names, text);
  return { text, kind: info.kind, ...(name !== undefined && { name }) };
}

/** Names of kinds that need two parts. */
const EXAMPLES: Readonly<Record<string, string>> = {
  cert_authority: 'host/example.com',
  semaphore: 'connection/alice@example.com',
};

function nameOf({ kind, nameForm }: KindInfo, names: readonly string[], text: string): string | undefined {
  if (names.length === 0) return undefined;
  switch (nameForm) {
    case 'singleton':
      throw badRef(text, `a cluster has one ${kind}; write ${kind} alone`);
    case 'joined':
    case 'owner-and-name':
      break;
    case 'type-and-name':
      if (names.length < 2) throw badRef(text, `write ${kind}/TYPE/NAME, for example ${kind}/${EXAMPLES[kind]}`);
      break;
    case 'name':
      // The real tool drops the middle part without a word and acts on another resource than the one that was named.
      if (names.length > 1) throw badRef(text, `the name of a ${kind} holds no slash; write ${kind}/NAME`);
  }
  return names.join('/');
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
