/** Narrowest column of a table, its padding space included (cli §3.3). */
const NARROWEST = 5;

export type Row = readonly string[];

/**
 * Lays out a table as the real tool does: header, a row of dashes, body; every cell, the last too, is padded with spaces
 * to the widest cell and one more (cli §3.3). Written here because the kept table libraries take half a millisecond per row.
 * @returns the lines, each with its newline; a table without rows has only its header.
 */
export function renderTable(headers: Row, rows: readonly Row[]): string {
  const dashes = headers.map((_, column) =>
    '-'.repeat(widest([headers, ...rows], column, (cell) => Buffer.byteLength(cell))),
  );
  return renderRows([headers, dashes, ...rows]);
}

function widest(rows: readonly Row[], column: number, widthOf: (cell: string) => number): number {
  return rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), 0);
}

/** Lays out rows without a header, such as the first block of `status`. */
export function renderRows(rows: readonly Row[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? NARROWEST, [...cell].length + 1);
    });
  }
  const line = (row: Row) =>
    row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join('');
  return rows.map((row) => `${line(row)}\n`).join('');
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
  const used = headers
    .filter((_, column) => column !== long)
    .reduce(
      (total, header) => total + widest([headers, ...shortened], headers.indexOf(header), (cell) => cell.length) + 1,
      0,
    );
  const rest = Math.max(0, width - used - 4);
  return shortened.map((row) => row.map((cell, column) => (column === long && rest > 0 ? shorten(cell, rest) : cell)));
}

function shorten(cell: string, limit: number): string {
  return cell.length > limit ? `${cell.slice(0, Math.max(0, limit))}...` : cell;
}
