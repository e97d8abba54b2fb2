/** A moment in UTC to the second, as in `2030-01-31T12:00:00Z` (RFC 3339); what is less than a second is cut off. */
export function rfc3339Seconds(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):\d\d:\d\d(?:\.(\d+))?(?:Z|[-+]\d\d:\d\d)$/;

/**
 * Reads a moment such as `2030-01-31T12:00:00.5+01:00` (RFC 3339).
 * @returns whole seconds since 1970 and the nanoseconds on top; undefined for what is none, such as a 30th of February
 */
export function parseRfc3339(text: string): { seconds: bigint; nanos: number } | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0] = match.slice(1, 5).map(Number);
  const ms = Date.parse(text.replace(/\.\d+/, ''));
  const daysOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate(); // Date.parse counts on into the next month
  if (Number.isNaN(ms) || day > daysOfMonth || hour > 23) return undefined;
  return { seconds: BigInt(ms / 1000), nanos: Number((match[5] ?? '').slice(0, 9).padEnd(9, '0')) };
}
