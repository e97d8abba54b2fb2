/** Days as documents name them, in any case; the first three letters do as well. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export function isWeekday(text: string): boolean {
  return weekday(text) !== undefined;
}

/** The full name of a day. */
export function weekday(text: string): string | undefined {
  const wanted = text.toLowerCase();
  return WEEKDAYS.find((day) => [day.toLowerCase(), day.slice(0, 3).toLowerCase()].includes(wanted));
}
