/**
 * A text from elsewhere, safe to show on a terminal: control characters other than tab and line break, which could move
 * the cursor or change what is on the screen, are written as `\xNN`.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
