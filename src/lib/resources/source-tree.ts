import { CodedError } from '../util/coded-error.js';
import type { FieldPath } from './problems.js';

/**
 * A value read from YAML or JSON that remembers where it stood. Offsets count UTF-16 units from the start of the text.
 * `size` is the number of values inside, repeated ones counted each time.
 */
export type SourceNode =
  | { readonly kind: 'scalar'; readonly offset: number; readonly size: number; readonly value: Scalar }
  | { readonly kind: 'list'; readonly offset: number; readonly size: number; readonly items: readonly SourceNode[] }
  | { readonly kind: 'map'; readonly offset: number; readonly size: number; readonly entries: readonly SourceEntry[] };

export type Scalar = null | boolean | number | string;

export interface SourceEntry {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: SourceNode;
}

/** The most values that one document may hold, so that repeated YAML aliases cannot blow up. */
const MOST_VALUES = 1_000_000;

/** A text that is not YAML or JSON. */
export class SourceError extends CodedError {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super('document_syntax', message);
    this.offset = offset;
  }
}

export function scalarNode(offset: number, value: Scalar): SourceNode {
  return { kind: 'scalar', offset, size: 1, value };
}

export function listNode(offset: number, items: readonly SourceNode[]): SourceNode {
  return { kind: 'list', offset, size: sizeOf(offset, items), items };
}

export function mapNode(offset: number, entries: readonly SourceEntry[]): SourceNode {
  const values = entries.map((entry) => entry.value);
  return { kind: 'map', offset, size: sizeOf(offset, values), entries };
}

/** @throws SourceError when a key occurs twice. The real tool lets the last one win; that hides mistakes. */
export function refuseDuplicates(entries: readonly SourceEntry[]): void {
  const seen = new Set<string>();
  for (const { key, keyOffset } of entries) {
    if (seen.has(key)) throw new SourceError(keyOffset, `the key ${JSON.stringify(key)} is there twice`);
    seen.add(key);
  }
}

function sizeOf(offset: number, values: readonly SourceNode[]): number {
  const size = values.reduce((total, value) => total + value.size, 1);
  if (size > MOST_VALUES) throw new SourceError(offset, `the document holds more than ${MOST_VALUES} values`);
  return size;
}

/** The plain value of a node. */
export function plainValue(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  const object: Record<string, unknown> = {};
  for (const { key, value } of node.entries) {
    if (key === '__proto__') setOwn(object, key, plainValue(value));
    else object[key] = plainValue(value);
  }
  return object;
}

/** An assignment to "__proto__" would set the prototype instead of a field. */
function setOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Where a field stands: its value, or its key when asked. For a field that is missing, its nearest parent. */
export function offsetOf(root: SourceNode, path: FieldPath, at: 'key' | 'value'): number {
  let node = root;
  let offset = root.offset;
  for (const [depth, step] of path.entries()) {
    const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === step) : undefined;
    const next = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (!next) return offset;
    const isLast = depth === path.length - 1;
    offset = isLast && at === 'value' ? next.offset : (entry?.keyOffset ?? next.offset);
    node = next;
  }
  return offset;
}
