/** `{{internal.logins}}`, `{{external["groups"]}}`, with text around it. */
const TEMPLATE = /^(.*?)\{\{\s*(internal|external)(?:\.([\w-]+)|\["([^"]+)"\])\s*\}\}(.*)$/s;

/**
 * A value of a role with the user's traits put in: one value for each value of the trait, none where the user lacks it.
 * Text without a template stays as it is. Functions (`email.local(…)`) are not known here and give nothing: whoever reads
 * what a role denies has to ask `isUnderstood` first.
 */
export function expandTraits(value: string, traits: Record<string, string[]>): string[] {
  if (!value.includes('{{')) return [value];
  const match = isUnderstood(value) ? TEMPLATE.exec(value) : null;
  if (match === null) return [];
  const [, before = '', , dotted, quoted, after = ''] = match;
  const name = dotted ?? quoted ?? '';
  const values = Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
  return values.filter((text) => text !== '').map((text) => before + text + after);
}

/** Whether a value of a role is plain text, or one of the templates that are known here. */
export function isUnderstood(value: string): boolean {
  return !value.includes('{{') || TEMPLATE.exec(value)?.at(-1)?.includes('{{') === false;
}
