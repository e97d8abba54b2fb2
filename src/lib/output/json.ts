/** Any value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

const ESCAPED = /[<>&\u2028\u2029]/;
const EVERY_ESCAPED = new RegExp(ESCAPED, 'g');

/**
 * Prints a value as Go's encoder does: keys in the order given, `<`, `>` and `&` escaped (cli §3.1).
 * @param indent spaces per level, 0 for one line.
 * @returns the text without a final newline.
 */
export function formatJson(value: unknown, indent = 2): string {
  return print(value as JsonValue, indent, '\n');
}

/** Prints a list of resources: four spaces per level and a final newline, or the two bytes `[]` when it is empty (cli §3.1). */
export function formatJsonList(documents: readonly unknown[]): string {
  return documents.length === 0 ? '[]' : `${formatJson(documents, 4)}\n`;
}

function print(value: JsonValue | undefined, indent: number, newline: string): string {
  if (typeof value === 'string') return printString(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const inner = indent === 0 ? '' : newline + ' '.repeat(indent);
  const outer = indent === 0 ? '' : newline;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => print(item, indent, inner)).join(`,${inner}`)}${outer}]`;
  }
  const object = value as { readonly [key: string]: JsonValue | undefined };
  const keys = keysOf(object);
  if (keys.length === 0) return '{}';
  const colon = indent === 0 ? ':' : ': ';
  const members = keys.map((key) => `${printString(key)}${colon}${print(object[key], indent, inner)}`);
  return `{${inner}${members.join(`,${inner}`)}${outer}}`;
}

/** Keys in order of insertion; JavaScript moves integer-like keys (labels such as "10") to the front, so such maps are sorted. */
function keysOf(object: object): string[] {
  const keys = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  return /^\d+$/.test(keys[0] ?? '') ? keys.sort() : keys;
}

function printString(text: string): string {
  const quoted = JSON.stringify(text);
  if (!ESCAPED.test(text)) return quoted;
  return quoted.replace(
    EVERY_ESCAPED,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
