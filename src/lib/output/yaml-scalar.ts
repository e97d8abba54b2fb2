import { resolvePlainScalar } from '../util/yaml11-scalar.js';

/** A space that would start beyond this column may become a line break. */
const WIDTH = 80;

/** Where a text is written. */
export interface ScalarPlace {
  /** Depth of continued lines and of literal blocks. */
  readonly indent: number;
  /** Column at which the text begins. */
  readonly column: number;
  /** Keys stay on one line. */
  readonly isKey?: boolean;
}

/** Writes a text plain, quoted or as a literal block, whichever the real printer would choose. */
export function writeScalar(text: string, place: ScalarPlace): string {
  if (hasSpecial(text)) return doubleQuoted(text, place);
  if (text.includes('\n')) {
    return place.isKey || text.endsWith(' ') ? doubleQuoted(text, place) : literal(text, place.indent);
  }
  if (readsAsAnotherType(text)) return doubleQuoted(text, place);
  return isPlain(text)
    ? folded(text, place, place.column)
    : `'${folded(text.replaceAll("'", "''"), place, place.column + 1)}'`;
}

/** Texts that only double quotes can hold: unprintable characters, and a space right before a line break. */
function hasSpecial(text: string): boolean {
  return / \n/.test(text) || [...text].some((character) => character !== '\n' && !isPrintable(character));
}

function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x7f) return code >= 0x20;
  return (
    code >= 0xa0 &&
    code <= 0xfffd &&
    code !== 0xfeff &&
    code !== 0x2028 &&
    code !== 0x2029 &&
    !(code >= 0xd800 && code <= 0xdfff)
  );
}

function readsAsAnotherType(text: string): boolean {
  return typeof resolvePlainScalar(text) !== 'string' || isBase60(text) || isTimestamp(text);
}

/** Numbers such as 1:20, which YAML 1.1 readers take for base 60. */
function isBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}

function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt](\d{1,2}:\d{1,2}:\d{1,2})(?:\.\d*)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}:\d{1,2}:\d{1,2})(?:\.\d*)?)?$/.exec(
      text,
    );
  if (!match) return false;
  const [year = 0, month = 0, day = 0] = (match[1] ?? '').split('-').map(Number);
  const [hour = 0, minute = 0, second = 0] = (match[2] ?? match[3] ?? '0:0:0').split(':').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
}

/** Whether a text of printable characters on one line needs no quotes at all. */
function isPlain(text: string): boolean {
  if (/^ | $/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-](?: |$)/.test(text)) return false;
  return !/:(?: |$)| #/.test(text);
}

/** Breaks a line at single spaces beyond the width; the break stands for the space. */
function folded(text: string, place: ScalarPlace, start: number): string {
  if (place.isKey || start + text.length <= WIDTH) return text;
  return breakLines([...text], place, start, () => undefined);
}

function doubleQuoted(text: string, place: ScalarPlace): string {
  const pieces = [...text].map(escaped);
  const body = breakLines(pieces, place, place.column + 1, (next) => (next === ' ' ? '\\' : undefined));
  return `"${body}"`;
}

/** @param guard what a continued line must start with, given the piece after the break. */
function breakLines(
  pieces: readonly string[],
  place: ScalarPlace,
  start: number,
  guard: (next: string | undefined) => string | undefined,
): string {
  let written = '';
  let column = start;
  let afterSpace = false;
  pieces.forEach((piece, index) => {
    const next = pieces[index + 1];
    const inside = index > 0 && next !== undefined;
    const mark = guard(next);
    if (piece === ' ' && !place.isKey && !afterSpace && column > WIDTH && inside && (next !== ' ' || mark)) {
      written += `\n${' '.repeat(place.indent)}${mark ?? ''}`;
      column = place.indent + (mark?.length ?? 0);
    } else {
      written += piece;
      column += [...piece].length;
    }
    afterSpace = piece === ' ';
  });
  return written;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\\uFFFD';
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, '0')}`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}
