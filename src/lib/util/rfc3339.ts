/** A moment in UTC to the second, as in `2030-01-31T12:00:00Z` (RFC 3339); what is less than a second is cut off. */
export function rfc3339Seconds(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}
