import { readFileSync } from 'node:fs';

/** One run of the real tctl 18.0.0 on a real cluster. */
export interface Recording {
  name: string;
  argv: string[];
  exit: number;
  stdout?: string;
  stderr?: string;
  stdin?: string;
  files?: Record<string, string>;
  note?: string;
}

export function readRecordings(): Recording[] {
  const file = new URL('../fixtures/recordings/tctl-18.0.0.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recording[];
}

/** What a byte-for-byte comparison has to overlook: values that no two clusters share. */
const VOLATILE: [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b202\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\b[0-9a-f]{64}\b/g, '<sha256>'],
  [/\b[0-9a-f]{32}\b/g, '<secret>'],
  [/\*{24}[0-9a-f]{8}\b/g, '<masked secret>'],
  [/("?token_ttl"?: )\d+/g, '$1<nanoseconds>'],
  [/\b\d\d [A-Z][a-z]{2} 2\d \d\d:\d\d UTC \([^)]*\)/g, '<expiry>'],
  [/\b01 Jan 30 00:00 UTC \([^)]*\)/g, '<expiry in 2030>'],
  [/"(?:LS0tLS1|c3NoL)[A-Za-z0-9+/=]+"/g, '"<key>"'],
];

export function normalise(text: string): string {
  return VOLATILE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** Bots as 18.2.3 and later print them: durations as protobuf's JSON has them. */
export function withCurrentBots(text: string): string {
  return text
    .replace(/"max_session_ttl": \{\s*"seconds": (\d+)\s*\}/g, '"max_session_ttl": "$1s"')
    .replace(/max_session_ttl:\n *seconds: (\d+)/g, 'max_session_ttl: $1s');
}

/** The documents of a YAML or JSON listing, each as text. */
export function documentsOf(text: string): string[] {
  if (text.startsWith('[')) return (JSON.parse(text) as unknown[]).map((item) => JSON.stringify(item, undefined, 4));
  return text.split(/^---\n/m);
}

/** The cells of a text's table and of the lines before it, normalised; what follows the table is prose. */
export function cellsOf(text: string): string[][] {
  const lines = text.split('\n');
  const dashes = lines.findIndex((line) => /^-+( +-+)* +$/.test(line));
  const starts = [...(lines[dashes] ?? '').matchAll(/-+/g)].map((match) => match.index);
  const end = lines.findIndex((line, index) => index > dashes && line.trim() === '');
  const rows = lines
    .slice(0, end)
    .map((line, index) =>
      index < dashes - 1
        ? line.trim().split(/: +/)
        : starts.map((start, at) => line.slice(start, starts[at + 1]).trim()),
    );
  // How long the row of dashes is depends on values that no two clusters share.
  return rows.filter((_, index) => index !== dashes).map((row) => row.map(normalise));
}
