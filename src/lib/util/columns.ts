/** Breaks a text between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/**
 * Two columns, indented by two.
 * @param width of a whole line
 * @param headWidth of the first column at most; what is longer has its text on the next line
 */
export function twoColumns(
  rows: readonly { head: string; text: string }[],
  width: number,
  headWidth = Number.POSITIVE_INFINITY,
): string {
  const heads = rows.map(({ head }) => head.length).filter((length) => length <= headWidth);
  const first = Math.max(...heads, 0);
  const gap = ' '.repeat(first + 4);
  return rows
    .map(({ head, text }) => {
      const lines = wrap(text, width - gap.length).join(`\n${gap}`);
      return head.length > headWidth ? `  ${head}\n${gap}${lines}` : `  ${head.padEnd(first)}  ${lines}`;
    })
    .join('\n');
}
