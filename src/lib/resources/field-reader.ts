import { create, type DescField, type DescMessage, type Message, type MessageShape } from '@bufbuild/protobuf';
import { nearest } from '../util/nearest.js';
import { fieldRules } from './field-rules.js';
import {
  type Dialect,
  isObject,
  readEnum,
  readScalar,
  readSpecial,
  SPECIAL_MESSAGES,
  typeName,
  type ValueRead,
} from './field-values.js';
import type { FieldPath, FieldProblem } from './problems.js';

/** A message read from a document, with everything that was wrong. With problems the message is not to be used. */
export interface ReadMessage<Desc extends DescMessage> {
  readonly message: MessageShape<Desc>;
  readonly problems: readonly FieldProblem[];
}

/** Keys that old versions of the real tool printed and that say nothing any more. */
const RETIRED: Readonly<Record<string, readonly string[]>> = { 'types.Metadata': ['id'] };

/**
 * Reads a JSON value into a message. Strict where the real tool is lax: a key that the message does not have is a problem,
 * with the nearest name that it has.
 */
export function readMessage<Desc extends DescMessage>(desc: Desc, json: unknown, dialect: Dialect): ReadMessage<Desc> {
  const problems: FieldProblem[] = [];
  const message = new FieldReader(dialect, problems).message(desc, json, []) as MessageShape<Desc>;
  return { message, problems };
}

class FieldReader {
  private readonly dialect: Dialect;
  private readonly problems: FieldProblem[];

  constructor(dialect: Dialect, problems: FieldProblem[]) {
    this.dialect = dialect;
    this.problems = problems;
  }

  message(desc: DescMessage, json: unknown, path: FieldPath): Message {
    const message = create(desc);
    if (!isObject(json)) {
      this.problems.push({ path, message: `expected an object, found ${typeName(json)}` });
      return message;
    }
    const fields = fieldsByKey(desc, this.dialect);
    for (const [key, value] of Object.entries(json)) {
      const field = fields.get(key);
      if (!field) this.unknownKey(desc, key, path, fields);
      else if (value !== null) this.assign(message, field, value, [...path, key]);
    }
    return message;
  }

  private unknownKey(desc: DescMessage, key: string, path: FieldPath, fields: ReadonlyMap<string, DescField>): void {
    if (RETIRED[desc.typeName]?.includes(key)) return;
    const names = [...fields]
      .filter(([name, field]) => this.dialect === 'legacy' || name === field.name)
      .map(([name]) => name);
    const suggestion = nearest(key, names);
    const message = 'there is no such field';
    this.problems.push({
      path: [...path, key],
      message,
      accepted: names,
      at: 'key',
      ...(suggestion && { suggestion }),
    });
  }

  private assign(message: Message, field: DescField, json: unknown, path: FieldPath): void {
    const value = this.value(field, json, path);
    if (value === undefined) return;
    const target = message as unknown as Record<string, unknown>;
    if (field.oneof) target[field.oneof.localName] = { case: field.localName, value };
    else target[field.localName] = value;
  }

  /** @returns undefined when the value is wrong; the problem is noted. */
  private value(field: DescField, json: unknown, path: FieldPath): unknown {
    switch (field.fieldKind) {
      case 'scalar':
        return this.noted(path, () => readScalar(field, json));
      case 'enum':
        return this.noted(path, () => readEnum(field.enum, json, this.dialect));
      case 'message':
        if (isSpecial(field)) return this.noted(path, () => readSpecial(field, json, this.dialect));
        return this.message(field.message, json, path);
      case 'list':
        return this.list(field, json, path);
      case 'map':
        return this.map(json, path);
    }
  }

  private list(field: DescField & { fieldKind: 'list' }, json: unknown, path: FieldPath): unknown[] | undefined {
    if (!Array.isArray(json)) return this.wrong(path, `expected a list, found ${typeName(json)}`);
    return json.map((item, index) => {
      const place = [...path, index];
      if (field.listKind === 'message') return this.message(field.message, item, place);
      if (field.listKind === 'enum') return this.noted(place, () => readEnum(field.enum, item, this.dialect)) ?? 0;
      return this.noted(place, () => readScalar(field, item)) ?? '';
    });
  }

  /** Maps of the kinds in scope hold texts only. */
  private map(json: unknown, path: FieldPath): Record<string, string> | undefined {
    if (!isObject(json)) return this.wrong(path, `expected an object, found ${typeName(json)}`);
    const entries = Object.entries(json).map(([key, value]) => {
      if (typeof value !== 'string')
        this.wrong([...path, key], `expected a text, found ${typeName(value)}; put it in quotes`);
      return [key, value];
    });
    return Object.fromEntries(entries);
  }

  private wrong(path: FieldPath, message: string): undefined {
    this.problems.push({ path, message });
  }

  private noted<T>(path: FieldPath, read: () => ValueRead<T>): T | undefined {
    const result = read();
    if ('problem' in result) {
      this.problems.push({ ...result.problem, path: [...path, ...(result.problem.path ?? [])] });
      return undefined;
    }
    return result.value;
  }
}

const fieldsOfMessage: Readonly<Record<Dialect, WeakMap<DescMessage, ReadonlyMap<string, DescField>>>> = {
  legacy: new WeakMap(),
  proto: new WeakMap(),
};

function fieldsByKey(desc: DescMessage, dialect: Dialect): ReadonlyMap<string, DescField> {
  const known = fieldsOfMessage[dialect].get(desc);
  if (known) return known;
  const fields = new Map<string, DescField>();
  for (const { field, key } of fieldRules(desc)) {
    if (dialect === 'proto') fields.set(field.jsonName, field).set(field.name, field);
    else fields.set(key, field);
  }
  fieldsOfMessage[dialect].set(desc, fields);
  return fields;
}

function isSpecial(field: DescField & { fieldKind: 'message' }): boolean {
  return SPECIAL_MESSAGES.has(field.message.typeName);
}
