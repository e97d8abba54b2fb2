/** A manual page of section 1. */
export interface Page {
  /** Its name, and that of its file without `.1`. */
  name: string;
  purpose: string;
  body: readonly string[];
  /** Pages of the same section to look at next. */
  related: readonly string[];
}

/** Of the release; goes with the version. */
const DATE = '2026-11-21';

/** The source of a page, in the macros of man(7). */
export function pageText({ name, purpose, body, related }: Page, version: string): string {
  return [
    '.\\" Made by "npm run man" from the commands themselves; do not edit.',
    `.TH ${roff(name.toUpperCase())} 1 "${DATE}" "machine-identity-tools ${version}" "User Commands"`,
    '.nh',
    '.ad l',
    section('NAME', `${roff(name)} \\- ${roff(purpose)}`),
    ...body,
    section('SEE ALSO', related.map((page) => `${bold(page)}(1)`).join(', ')),
    '',
  ].join('\n');
}

export function section(title: string, text: string): string {
  return `.SH ${title}\n${text}`;
}

export function paragraphs(texts: readonly string[]): string {
  return texts.map(roff).join('\n.PP\n');
}

/** Heads with their texts, both written in roff already. */
export function list(items: readonly (readonly [head: string, text: string])[]): string {
  return items.map(([head, text]) => `.TP\n${head}\n${text}`).join('\n');
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`;
}

export function commandName(text: string): string {
  return bold(text).replaceAll(' ', '\\ ');
}

/** Text as it is, whatever characters it has. Lines that would be taken for requests are kept from that. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replace(
      /[^\0-\x7f]/gu,
      (character) => `\\[u${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/\s+$/gm, '')
    .replace(/^\./gm, '\\&.');
}
