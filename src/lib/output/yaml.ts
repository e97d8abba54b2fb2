import { writeScalar } from './yaml-scalar.js';

/** How deep each nested mapping is indented; sequences stand at the depth of their key. */
const STEP = 2;

/**
 * Prints a JSON value as the real tool's YAML printer does, byte for byte: keys in natural order, sequences at the
 * depth of their key, long texts folded near column 80 (cli §3.2). No general YAML printer folds plain texts that way.
 * @returns the document with its final newline.
 */
export function formatYaml(value: unknown): string {
  const text = writeNode(value, 0, 0, 'root');
  return `${text.startsWith('\n') ? text.slice(1) : text}\n`;
}

/** Prints resources as one stream, `---` between documents, or the two bytes `[]` when there are none (cli §3.2). */
export function formatYamlList(documents: readonly unknown[]): string {
  return documents.length === 0 ? '[]' : documents.map(formatYaml).join('---\n');
}

/**
 * The text of a value that follows `key:` or `-`. Block collections start with a newline, except inside a sequence item,
 * where the first line goes on after the dash.
 * @param indent depth of the collection that holds the value; @param column where the value would begin on its line.
 */
function writeNode(value: unknown, indent: number, column: number, place: 'root' | 'mapping' | 'sequence'): string {
  if (typeof value === 'string') return writeScalar(value, { indent: indent + STEP, column });
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return String(value);
  const isList = Array.isArray(value);
  if (isList ? value.length === 0 : Object.keys(value).length === 0) return isList ? '[]' : '{}';
  const depth = place === 'root' ? 0 : isList && place === 'mapping' ? indent : indent + STEP;
  const lines = isList ? writeSequence(value, depth) : writeMapping(value, depth);
  const newline = `\n${' '.repeat(depth)}`;
  return place === 'sequence' ? lines.join(newline) : newline + lines.join(newline);
}

function writeSequence(items: readonly unknown[], depth: number): string[] {
  return items.map((item) => `- ${writeNode(item, depth, depth + 2, 'sequence')}`);
}

function writeMapping(mapping: object, depth: number): string[] {
  return Object.entries(mapping)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareNaturally(a, b))
    .map(([name, value]) => {
      const key = writeScalar(name, { indent: depth, column: depth, isKey: true });
      const text = writeNode(value, depth, depth + [...key].length + 2, 'mapping');
      return text.startsWith('\n') ? `${key}:${text}` : `${key}: ${text}`;
    });
}

/** Among keys of small letters and underscores the order is that of their characters: `_` is below every letter. */
const PLAIN_KEY = /^[a-z_]*$/;

/** Orders keys as the real printer does: runs of digits by their number, other signs before letters, else by code point. */
export function compareNaturally(first: string, second: string): number {
  if (PLAIN_KEY.test(first) && PLAIN_KEY.test(second)) return first < second ? -1 : Number(first > second);
  const a = [...first];
  const b = [...second];
  const shared = a.findIndex((character, index) => character !== b[index]);
  const index = shared === -1 ? a.length : shared;
  const x = a[index];
  const y = b[index];
  if (x === undefined || y === undefined) return a.length - b.length;
  const letters = Number(isLetter(x)) - Number(isLetter(y));
  if (letters !== 0) return letters;
  if (isLetter(x)) return compareCodePoints(x, y);
  // A zero inside a number is a digit of that number; a leading one is not.
  const prefix = (x === '0' || y === '0') && /[1-9]\d*$/.test(a.slice(0, index).join('')) ? '1' : '';
  const runX = digits(a, index);
  const runY = digits(b, index);
  const numberX = BigInt(prefix + runX || '0');
  const numberY = BigInt(prefix + runY || '0');
  if (numberX !== numberY) return numberX < numberY ? -1 : 1;
  return runX.length - runY.length || compareCodePoints(x, y);
}

function digits(characters: readonly string[], from: number): string {
  return /^\d*/.exec(characters.slice(from).join(''))?.[0] ?? '';
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function compareCodePoints(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}
