import { CodedError } from '../util/coded-error.js';

/** What certificates carry about a user besides the roles: trait name → values. */
export type Traits = Record<string, string[]>;

/**
 * Traits as the JSON text that certificates hold: names sorted, `<`, `>` and `&` escaped, an empty list and
 * an empty map written as `null` (as certificates of real clusters show).
 */
export function encodeTraits(traits: Traits): string {
  const names = Object.keys(traits).sort();
  if (names.length === 0) return 'null';
  const members = names.map((name) => {
    const values = traits[name]?.length ? traits[name] : null;
    return `${JSON.stringify(name)}:${JSON.stringify(values)}`;
  });
  return `{${members.join(',')}}`.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Reads what `encodeTraits` wrote; `null` stands for an empty list or map. @throws CodedError `certificate_invalid` */
export function parseTraits(json: string): Traits {
  let value: unknown;
  try {
    value = JSON.parse(json || 'null');
  } catch (cause) {
    throw new CodedError('certificate_invalid', "the certificate's traits are no JSON", { cause });
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongShape();
  return Object.fromEntries(Object.entries(value).map(([name, values]) => [name, traitValues(values)]));
}

function traitValues(values: unknown): string[] {
  if (values === null) return [];
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  throw wrongShape();
}

function wrongShape(): CodedError {
  return new CodedError('certificate_invalid', "the certificate's traits are no map of string lists");
}
