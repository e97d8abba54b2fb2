import type { FieldPath, FieldProblem } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseGoDuration } from '../util/duration.js';
import { nearest } from '../util/nearest.js';
import type { Fields, ValueType, Variants } from './config-schema.js';

/** A map of the configuration whose values fit the schema: durations are milliseconds, enumerations texts. */
export type ReadMap = Record<string, unknown>;

export interface ReadResult {
  value: ReadMap;
  problems: FieldProblem[];
  /** Keys that the schema does not have; they are not in the value. */
  unknownKeys: FieldProblem[];
}

/** Reads a map by its schema and finds everything that is wrong with it. Keys with the value null count as absent. */
export function readFields(value: unknown, fields: Fields): ReadResult {
  const reader = new Reader();
  const read = reader.map(value, fields, []);
  return { value: read, problems: reader.problems, unknownKeys: reader.unknownKeys };
}

class Reader {
  readonly problems: FieldProblem[] = [];
  readonly unknownKeys: FieldProblem[] = [];

  map(value: unknown, fields: Fields, path: FieldPath): ReadMap {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#report(path, `a map of keys is expected, not ${nameOf(value)}`);
      return {};
    }
    const read: ReadMap = {};
    for (const [key, one] of Object.entries(value)) {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (field === undefined) this.#unknownKey(key, fields, path);
      else if (one !== null) read[key] = this.#value(one, field.type, [...path, key]);
    }
    for (const [key, field] of Object.entries(fields))
      if (field.required && (read[key] === undefined || read[key] === '') && !this.#hasProblemAt([...path, key]))
        this.#report(path, `${key} is missing`);
    return read;
  }

  #value(value: unknown, type: ValueType, path: FieldPath): unknown {
    if (type === 'string') return this.#text(value, path);
    if (type === 'bool') return typeof value === 'boolean' ? value : this.#wrong(value, 'true or false', path);
    if (type === 'duration') return this.#duration(value, path);
    if (type === 'strings') return this.#list(value, path).map((item, index) => this.#text(item, [...path, index]));
    if (type === 'any') return value;
    if (type === 'labels') return this.#labels(value, path);
    if ('oneOf' in type) return this.#oneOf(value, type.oneOf, path);
    if ('fields' in type) return this.map(value, type.fields, path);
    if ('listOf' in type)
      return this.#list(value, path).map((item, index) => this.#item(item, type.listOf, [...path, index]));
    if ('variants' in type) return this.#variant(value, type.variants, path);
    return this.#list(value, path).map((item, index) => this.#variant(item, type.variantList, [...path, index]));
  }

  #item(value: unknown, fields: Fields | 'any', path: FieldPath): unknown {
    return fields === 'any' ? value : this.map(value, fields, path);
  }

  #labels(value: unknown, path: FieldPath): Record<string, string> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#text(one, [...path, key])]));
    this.#report(path, `a map of labels is expected, not ${nameOf(value)}`);
    return {};
  }

  #text(value: unknown, path: FieldPath): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean')
      this.#report(path, `a text is expected, not ${nameOf(value)}: put it in quotes`);
    else this.#report(path, `a text is expected, not ${nameOf(value)}`);
    return '';
  }

  #duration(value: unknown, path: FieldPath): number | undefined {
    if (typeof value !== 'string') return this.#wrong(value, 'a duration such as 1h30m', path);
    try {
      return Number(parseGoDuration(value)) / 1e6;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#report(path, `${error.message}; ${error.hint}`);
      return undefined;
    }
  }

  #oneOf(value: unknown, accepted: readonly string[], path: FieldPath): string | undefined {
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
    if (typeof text !== 'string') return this.#wrong(value, `one of ${accepted.join(', ')}`, path);
    if (accepted.includes(text)) return text;
    const suggestion = nearest(text, accepted);
    this.problems.push({
      path,
      message: `${JSON.stringify(text)} is not accepted`,
      accepted,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    return undefined;
  }

  #variant(value: unknown, { known, foreign }: Variants, path: FieldPath): ReadMap {
    const type = (value as { type?: unknown } | null)?.type;
    const fields = typeof type === 'string' && Object.hasOwn(known, type) ? known[type] : undefined;
    if (fields !== undefined) return this.map(value, { type: { type: 'string' }, ...fields }, path);
    if (typeof type === 'string' && foreign.includes(type)) {
      this.#report([...path, 'type'], `${type} is not supported by this agent: run the tbot of Teleport for it`);
    } else if (typeof value === 'object' && value !== null && type === undefined) {
      this.#report(path, 'type is missing', Object.keys(known));
    } else if (typeof type === 'string') {
      this.#oneOf(type, [...Object.keys(known), ...foreign], [...path, 'type']);
    } else {
      this.map(value, {}, path);
    }
    return {};
  }

  #list(value: unknown, path: FieldPath): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.#report(path, `a list is expected, not ${nameOf(value)}`);
    return [];
  }

  #wrong(value: unknown, expected: string, path: FieldPath): undefined {
    this.#report(path, `${expected} is expected, not ${nameOf(value)}`);
    return undefined;
  }

  #unknownKey(key: string, fields: Fields, path: FieldPath): void {
    const suggestion = nearest(key, Object.keys(fields));
    this.unknownKeys.push({
      path: [...path, key],
      message: 'there is no such key',
      accepted: Object.keys(fields),
      at: 'key',
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  #hasProblemAt(path: FieldPath): boolean {
    return this.problems.some((problem) => path.every((step, index) => problem.path[index] === step));
  }

  #report(path: FieldPath, message: string, accepted?: readonly string[]): void {
    this.problems.push({ path, message, ...(accepted === undefined ? {} : { accepted }) });
  }
}

/** The kind of a value, never the value: it may be a secret. */
function nameOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
