/** Whether a text fits one of the patterns of a role. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matcher(pattern).test(text));
}

/** `*` stands for any text; a pattern between `^` and `$` is a regular expression. */
function matcher(pattern: string): RegExp {
  if (pattern.startsWith('^') && pattern.endsWith('$')) {
    try {
      return new RegExp(pattern);
    } catch {
      return /(?!)/; // a pattern that only the reference's dialect knows matches nothing
    }
  }
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
