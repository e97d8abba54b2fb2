import { parseGoDuration } from '../util/duration.js';
import { UsageError } from './usage-error.js';

/** Reads a duration flag (`90m`, `1h30m`, `7d`, `2w`). @returns milliseconds, or undefined where the flag is absent or zero. */
export function durationMs(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let nanoseconds: bigint;
  try {
    nanoseconds = parseGoDuration(text, 'cli');
  } catch (error) {
    throw new UsageError(`--${flag}=${text} is not a duration: ${(error as Error).message}`, {
      hint: `Write it like --${flag}=90m, --${flag}=12h or --${flag}=7d`,
    });
  }
  if (nanoseconds < 0n) throw new UsageError(`--${flag}=${text} is less than nothing`);
  return nanoseconds === 0n ? undefined : Number(nanoseconds / 1_000_000n);
}

/** Reads a port flag; 0 means any free port. */
export function portNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new UsageError(`--${flag}=${text} is not a port: give a number from 0 to 65535`);
  return port;
}

/** The items of a comma list, without blanks around them and without empty ones. */
export function commaList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const LABEL = /^((?:"[^"]*"|[^"=])+)=((?:"[^"]*"|[^"=])+)$/;

/** Reads `key=value` pairs separated by `,` or `;`; double quotes protect separators and `=` (cli §9). */
export function parseLabels(flag: string, text = ''): Record<string, string> {
  const labels: Record<string, string> = {};
  const pairs = splitOutsideQuotes(text);
  for (const pair of pairs.length === 0 && text !== '' ? [text] : pairs) {
    const [, key = '', value = ''] = LABEL.exec(pair) ?? [];
    if (unquote(key) === '') {
      throw new UsageError(`--${flag}: ${JSON.stringify(pair)} is not a label`, {
        hint: `Write labels like --${flag}=env=prod,team="a=b"`,
      });
    }
    labels[unquote(key)] = unquote(value);
  }
  return labels;
}

function splitOutsideQuotes(text: string): string[] {
  const pairs = text.match(/(?:"[^"]*"|[^,;"])+/g) ?? [];
  return pairs.map((pair) => pair.trim()).filter((pair) => pair !== '');
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
