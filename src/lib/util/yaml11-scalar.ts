/** What an unquoted YAML scalar turns out to be. */
export type PlainScalar = null | boolean | number | string;

const WORDS: ReadonlyMap<string, PlainScalar> = new Map<string, PlainScalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const RADIX: ReadonlyArray<readonly [RegExp, number]> = [
  [/^[-+]?0[xX]([0-9a-fA-F]+)$/, 16],
  [/^[-+]?0[bB]([01]+)$/, 2],
  [/^[-+]?0[oO]?([0-7]+)$/, 8],
];
const DECIMAL = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/**
 * Types an unquoted scalar by the YAML 1.1 rules that the real tool's reader follows: `yes` and `on` are booleans,
 * `0123` is octal, `1_000` a number; timestamps and base-60 numbers stay text (wire §2.5, cli §7.1).
 */
export function resolvePlainScalar(text: string): PlainScalar {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  const digits = text.replaceAll('_', '');
  for (const [pattern, radix] of RADIX) {
    const match = pattern.exec(digits);
    if (match) return (digits.startsWith('-') ? -1 : 1) * Number.parseInt(match[1] ?? '', radix);
  }
  return DECIMAL.test(digits) ? Number(digits) : text;
}
