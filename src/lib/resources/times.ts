import type { Timestamp } from '@bufbuild/protobuf/wkt';

/** Seconds of the year 1, which the real tool takes for "no time". */
export const ZERO_TIME_SECONDS = -62_135_596_800n;

/** A time in UTC as RFC 3339 with as many fraction digits as it needs, at most nine. */
export function formatTime({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}

/** Whether a time is one: set, and not the real tool's zero time. */
export function isTimeSet(time: Timestamp | undefined): time is Timestamp {
  return time !== undefined && time.seconds !== ZERO_TIME_SECONDS;
}
