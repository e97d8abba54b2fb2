/** `{{internal.logins}}`, `{{external["groups"]}}`, with text around it. */
const TEMPLATE = /^(.*?)\{\{\s*(internal|external)(?:\.([\w-]+)|\["([^"]+)"\])\s*\}\}(.*)$/s;

/**
 * A value of a role with the user's traits put in: one value for each value of the trait, none where the user lacks it.
 * Text without a template stays as it is. Functions (`email.local(…)`) are not known here and give nothing: a role never
 * grants more than it should.
 */
export function expandTraits(value: string, traits: Record<string, string[]>): string[] {
  const match = TEMPLATE.exec(value);
  if (match === null) return value.includes('{{') ? [] : [value];
  const [, before = '', , dotted, quoted, after = ''] = match;
  if (after.includes('{{')) return [];
  const name = dotted ?? quoted ?? '';
  const values = Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
  return values.filter((text) => text !== '').map((text) => before + text + after);
}
