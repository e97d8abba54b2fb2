import { CredentialError } from './credentials.js';

type YamlObject = Record<string, unknown>;

/**
 * Parses a YAML file that is one mapping; an empty file is an empty mapping. Keys that nobody asks for are ignored.
 * js-yaml is loaded only when such a file exists.
 */
export async function parseYamlMapping(text: string, path: string, what: string): Promise<YamlObject> {
  const yaml = await import('js-yaml');
  let value: unknown;
  try {
    value = yaml.load(text, { filename: path });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    // Without the cause, which quotes the lines around the mistake: there may be join tokens in them.
    throw new CredentialError('config_invalid', `${what} ${path} is not valid YAML: ${reason}`, {
      path,
      hint: 'Correct the file, or name another one.',
    });
  }
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new CredentialError('config_invalid', `${what} ${path} is not a YAML mapping`, {
      path,
      hint: 'Correct the file, or name another one.',
    });
  return value as YamlObject;
}

/** The mapping under a key; empty when it is missing. */
export function mappingAt(object: YamlObject, key: string): YamlObject {
  const value = object[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlObject) : {};
}

/** The text under a key; undefined when it is missing or empty. */
export function textAt(object: YamlObject, key: string): string | undefined {
  const value = object[key];
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
