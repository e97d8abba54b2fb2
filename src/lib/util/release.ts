/**
 * Whether a release is the given one or a later one. Both are `major.minor` or `major.minor.patch`; what follows a hyphen,
 * as in `19.0.0-dev.1`, is not looked at.
 */
export function isReleaseSince(release: string, since: string): boolean {
  const [have, need] = [partsOf(release), partsOf(since)];
  for (const [at, part] of need.entries()) {
    const own = have[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function partsOf(release: string): number[] {
  return release.replace(/^v/, '').replace(/-.*$/, '').split('.').map(Number);
}
