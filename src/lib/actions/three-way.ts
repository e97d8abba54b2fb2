import { type FieldPath, formatFieldPath } from '../resources/index.js';

/** A field that differs between two versions of a resource; a missing value reads `(none)`. */
export interface Difference {
  path: string;
  from: string;
  to: string;
}

/** What the two sides of a conflict did to the version that both began with. */
export interface ThreeWay {
  /** Only the caller changed these. */
  yours: Difference[];
  /** Only the cluster has changed these. */
  theirs: Difference[];
  /** Both changed these, and not alike. */
  clashes: { path: string; base: string; yours: string; theirs: string }[];
}

const NONE = '(none)';

/** Compares two versions of a document with the one that they come from. The revision does not count. */
export function threeWay(base: object, yours: object, theirs: object): ThreeWay {
  const mine = differences(base, yours);
  const others = differences(base, theirs);
  const overlapping = (path: string, among: readonly Difference[]) => among.filter((one) => overlap(path, one.path));
  const clashes = mine.flatMap(({ path, from, to }) =>
    overlapping(path, others)
      .filter((other) => other.path !== path || other.to !== to)
      .map((other) => ({
        path,
        base: from,
        yours: to,
        theirs: other.path === path ? other.to : `${other.path}: ${other.to}`,
      })),
  );
  return {
    yours: mine.filter(({ path }) => overlapping(path, others).length === 0),
    theirs: others.filter(({ path }) => overlapping(path, mine).length === 0),
    clashes,
  };
}

/** Fields that are not the same in both. */
export function differences(from: object, to: object): Difference[] {
  const [before, after] = [leaves(from), leaves(to)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .map((path) => ({ path, from: before.get(path) ?? NONE, to: after.get(path) ?? NONE }))
    .filter((difference) => difference.from !== difference.to && difference.path !== 'metadata.revision');
}

/** Whether two paths are the same, or one is within the other. */
function overlap(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(short) && (long.length === short.length || /[.[]/.test(long[short.length] ?? ''));
}

/** The values of a document by path. A list of plain values is one value: its items have no identity. */
function leaves(value: unknown, path: FieldPath = [], found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    value.forEach((item, index) => {
      leaves(item, [...path, index], found);
    });
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) leaves(item, [...path, key], found);
  } else if (value !== undefined) {
    found.set(formatFieldPath(path), typeof value === 'string' ? value : JSON.stringify(value));
  }
  return found;
}
