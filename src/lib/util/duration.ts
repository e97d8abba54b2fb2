import { CodedError } from './coded-error.js';

/**
 * Which units a duration text may use.
 * `go`: ns, us, ms, s, m, h. `cli`: also d (24 h) and w (7 d), as in command flags. `resource`: also d, mo (30 d),
 * y (365 d) and the word "never" (= 0), as in resource documents (cli §1.2, wire §2.3).
 */
export type DurationUnits = 'go' | 'cli' | 'resource';

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
const DAY = 24n * HOUR;
const MAX = 2n ** 63n - 1n;

const GO_UNITS = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: HOUR,
};

const UNITS: Readonly<Record<DurationUnits, ReadonlyMap<string, bigint>>> = {
  go: new Map(Object.entries(GO_UNITS)),
  cli: new Map(Object.entries({ ...GO_UNITS, d: DAY, w: 7n * DAY })),
  resource: new Map(Object.entries({ ...GO_UNITS, d: DAY, mo: 30n * DAY, y: 365n * DAY })),
};

const PART = /(\d*)(?:\.(\d*))?([a-zµμ]+)/y;

/**
 * Reads a duration text such as `1h30m`, `1.5h` or `-5s` into nanoseconds.
 * @throws CodedError `bad_parameter` when the text is not one, or does not fit 64 bits.
 */
export function parseGoDuration(text: string, units: DurationUnits = 'go'): bigint {
  if (units === 'resource' && text === 'never') return 0n;
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0n;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length || body === '') {
    const part = PART.exec(body);
    const size = UNITS[units].get(part?.[3] ?? '');
    if (!part || size === undefined || (!part[1] && !part[2])) throw badDuration(text, units);
    const fraction = part[2] ?? '';
    total += BigInt(part[1] || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    if (total > MAX) throw badDuration(text, units);
  }
  return sign * total;
}

/** Writes nanoseconds as Go does: `12h0m0s`, `5m0s`, `1.5s`, `20ms`, `0s`. */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatGoDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 1000n)}µs`;
  if (nanoseconds < SECOND) return `${decimal(nanoseconds, 1_000_000n)}ms`;
  const hours = nanoseconds / HOUR;
  const minutes = (nanoseconds / (60n * SECOND)) % 60n;
  const seconds = decimal(nanoseconds % (60n * SECOND), SECOND);
  if (hours > 0n) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0n ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}

function badDuration(text: string, units: DurationUnits): CodedError {
  const names = [...UNITS[units].keys()].filter((unit) => /^[a-z]+$/.test(unit));
  return new CodedError('bad_parameter', `${JSON.stringify(text)} is not a duration`, {
    hint: `write a number and a unit (${names.join(', ')}), for example 1h30m`,
  });
}
