import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { formatGoDuration } from '../util/duration.js';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NANOSECONDS = 1_000_000_000n;

/** All times are in UTC, as the real tool prints those from a server (cli §1.9). */
function parts(time: Timestamp) {
  const date = new Date(Number(time.seconds) * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    year: String(date.getUTCFullYear()),
    month: MONTHS[date.getUTCMonth()] ?? '',
    weekday: DAYS[date.getUTCDay()] ?? '',
    day: date.getUTCDate(),
    minute: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
    second: two(date.getUTCSeconds()),
    two,
  };
}

/** `2026-11-20T23:59:26Z`, as in the tables of bot instances. */
export function formatSecond(time: Timestamp): string {
  return `${new Date(Number(time.seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `20 Nov 26 23:59 UTC`, as in `tokens ls`. */
export function formatShortTime(time: Timestamp): string {
  const { year, month, day, minute, two } = parts(time);
  return `${two(day)} ${month} ${year.slice(-2)} ${minute} UTC`;
}

/** `Fri Nov 20 23:59 UTC`, as in the table of locks. */
export function formatWeekdayTime(time: Timestamp): string {
  const { weekday, month, day, minute } = parts(time);
  return `${weekday} ${month} ${String(day).padStart(2)} ${minute} UTC`;
}

/** `Nov 20 2026 23:59:26 UTC`, as in `status`. */
export function formatLongTime(time: Timestamp): string {
  const { year, month, day, minute, second } = parts(time);
  return `${month} ${day} ${year} ${minute}:${second} UTC`;
}

/** `2030-01-01 00:00:00 +0000 UTC`, as in the text form of tokens. */
export function formatPlainTime(time: Timestamp): string {
  const whole = new Date(Number(time.seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = time.nanos === 0 ? '' : `.${String(time.nanos).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction} +0000 UTC`;
}

/** How long it is until a time, to the second: `29m48s`, negative when it is over. */
export function formatRemaining(time: Timestamp, now: Date): string {
  const remaining = time.seconds * NANOSECONDS + BigInt(time.nanos) - BigInt(now.getTime()) * 1_000_000n;
  const half = remaining < 0n ? -NANOSECONDS / 2n : NANOSECONDS / 2n;
  return formatGoDuration(((remaining + half) / NANOSECONDS) * NANOSECONDS);
}
