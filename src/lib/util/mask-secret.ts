/** The name of a token that is its secret, as tables, records and logs may show it: the last quarter, of a short one nothing. */
export function maskSecret(name: string): string {
  const hidden = name.length < 16 ? name.length : Math.floor(name.length * 0.75);
  return '*'.repeat(hidden) + name.slice(hidden);
}
