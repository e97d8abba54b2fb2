/** What the patterns of a role are there for. */
export type Side = 'allow' | 'deny';

/**
 * Whether a text fits one of the patterns of a role. A pattern that is not understood allows nothing and denies everything, so
 * that more is never open than should be.
 */
export function matchesAny(side: Side, patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matcher(pattern)?.test(text) ?? side === 'deny');
}

/** Go's regular expressions know these; JavaScript reads something else in them. */
const ONLY_GO = /\\[ACEQzpP]|\[\[:/;

/**
 * `*` stands for any text; a pattern between `^` and `$` is a regular expression.
 * @returns undefined for what only the reference's dialects know
 */
function matcher(pattern: string): RegExp | undefined {
  if (pattern.includes('{{') || pattern.includes('}}')) return undefined;
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) {
    return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's');
  }
  try {
    return ONLY_GO.test(pattern) ? undefined : new RegExp(pattern);
  } catch {
    return undefined;
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
