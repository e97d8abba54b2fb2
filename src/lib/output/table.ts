import Table from 'cli-table3';
import stringWidth from 'string-width';

import { printable } from '../util/printable.js';

/** Narrowest column of a table, its padding space included (cli §3.3). */
const NARROWEST = 5;

/** Rows laid out at a time: the time that cli-table3 takes for a row grows with the rows of its table. */
const CHUNK = 50;

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((part) => [part, '']),
  ),
);

export type Row = readonly string[];

/**
 * Lays out a table as the real tool does: header, a row of dashes, body; every cell, the last too, is padded with spaces
 * to the widest cell and one more (cli §3.3).
 * @returns the lines, each with its newline; a table without rows has only its header.
 */
export function renderTable(headers: Row, given: readonly Row[]): string {
  const rows = given.map(printableRow);
  const dashes = headers.map((_, column) =>
    '-'.repeat(widest([headers, ...rows], column, (cell) => Buffer.byteLength(cell))),
  );
  return layOut([headers, dashes, ...rows]);
}

function widest(rows: readonly Row[], column: number, widthOf: (cell: string) => number): number {
  return rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), 0);
}

/** Lays out rows without a header, such as the first block of `status`. */
export function renderRows(rows: readonly Row[]): string {
  return layOut(rows.map(printableRow));
}

/** Names, labels and the like were chosen by somebody else. */
function printableRow(row: Row): Row {
  return row.map(printable);
}

/** Text without wide characters, escape sequences and line ends. */
const PLAIN = /^[ -~]*$/;

/** What cli-table3 makes of plain text; its first table takes longer than all other output of a command. */
function padded(rows: readonly Row[], colWidths: readonly number[]): string {
  return rows
    .map((row) => `${colWidths.map((width, column) => (row[column] ?? '').padEnd(width)).join('')}\n`)
    .join('');
}

function layOut(rows: readonly Row[]): string {
  const colWidths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      // At least the width on screen, or the table would cut the cell off.
      const width = (PLAIN.test(cell) ? cell.length : Math.max([...cell].length, stringWidth(cell))) + 1;
      colWidths[column] = Math.max(colWidths[column] ?? NARROWEST, width);
    });
  }
  if (rows.every((row) => row.every((cell) => PLAIN.test(cell)))) return padded(rows, colWidths);
  let text = '';
  for (let at = 0; at < rows.length; at += CHUNK) {
    const table = new Table({
      colWidths,
      chars: NO_LINES,
      style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
    });
    table.push(...rows.slice(at, at + CHUNK).map((row) => colWidths.map((_, column) => row[column] ?? '')));
    text += `${table.toString()}\n`;
  }
  return text;
}

/**
 * Shortens cells so that a table fits a terminal, as the real tool does: columns other than the long one share the width
 * evenly, the long one gets what is left (cli §3.3 point 4).
 * @param width columns of the terminal; @param long index of the column that gets the rest.
 */
export function fitRows(
  headers: Row,
  rows: readonly Row[],
  { width, long }: { width: number; long: number },
): string[][] {
  const share = Math.floor((width - 16) / (headers.length - 1));
  const shortened = rows.map((row) => row.map((cell, column) => (column === long ? cell : shorten(cell, share))));
  const used = headers.reduce((total, _, column) => {
    if (column === long) return total;
    const length = widest([headers, ...rows], column, (cell) => cell.length);
    return total + (length > share ? share + '... '.length : length + 1);
  }, 0);
  const rest = Math.max(0, width - used - 4);
  return shortened.map((row) => row.map((cell, column) => (column === long && rest > 0 ? shorten(cell, rest) : cell)));
}

function shorten(cell: string, limit: number): string {
  return cell.length > limit ? `${cell.slice(0, Math.max(0, limit))}...` : cell;
}
