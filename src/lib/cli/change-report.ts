import type { FieldChange } from '../actions/index.js';

/** What an update did: a line for each field, or that there was nothing to do. @param subject for example `User alice` */
export function changesText(subject: string, changes: readonly FieldChange[]): string {
  if (changes.length === 0) return `${subject} is already so; nothing has changed\n`;
  const shown = (values: string[]) => (values.length === 0 ? '(none)' : values.join(','));
  const lines = changes.map(({ field, before, after }) => `\t${field}: ${shown(before)} -> ${shown(after)}\n`);
  return `${subject} has been updated:\n${lines.join('')}`;
}
