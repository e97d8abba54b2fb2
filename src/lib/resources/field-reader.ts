import { create, type DescField, type DescMessage, type Message, type MessageShape } from '@bufbuild/protobuf';
import { Form } from '../gen/options/legacy_json_pb.js';
import { nearest } from '../util/nearest.js';
import { fieldRules } from './field-rules.js';
import {
  type Dialect,
  isObject,
  readEnum,
  readScalar,
  readSpecial,
  readTraitList,
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

/** Reads what a server sent: keys that are not known here are passed over, and so are values that do not fit. */
export function fromLegacyJson<Desc extends DescMessage>(desc: Desc, json: unknown): MessageShape<Desc> {
  return new FieldReader('legacy', []).message(desc, json, []) as MessageShape<Desc>;
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
      const found = fields.get(key);
      if (!found) this.unknownKey(desc, key, path, fields);
      else if (value !== null) this.assign(holder(message, found), found.field, value, [...path, key]);
    }
    return message;
  }

  private unknownKey(desc: DescMessage, key: string, path: FieldPath, fields: FieldsByKey): void {
    if (RETIRED[desc.typeName]?.includes(key)) return;
    const names = [...fields]
      .filter(([name, { field }]) => this.dialect === 'legacy' || name === field.name)
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
        return this.noted(path, () => readScalar(field, json, this.dialect));
      case 'enum':
        return this.noted(path, () => readEnum(field.enum, json, this.dialect));
      case 'message':
        if (isSpecial(field)) return this.noted(path, () => readSpecial(field, json, this.dialect));
        return this.message(field.message, json, path);
      case 'list':
        if (isTraitList(field, this.dialect)) return this.noted(path, () => readTraitList(json))?.map(made(field));
        return this.list(field, json, path);
      case 'map':
        return this.map(field, json, path);
    }
  }

  private list(field: DescField & { fieldKind: 'list' }, json: unknown, path: FieldPath): unknown[] | undefined {
    if (!Array.isArray(json)) return this.wrong(path, `expected a list, found ${typeName(json)}`);
    return json.map((item, index) => {
      const place = [...path, index];
      if (field.listKind === 'message') return this.message(field.message, item, place);
      if (field.listKind === 'enum') return this.noted(place, () => readEnum(field.enum, item, this.dialect)) ?? 0;
      return this.noted(place, () => readScalar(field, item, this.dialect)) ?? '';
    });
  }

  private map(
    field: DescField & { fieldKind: 'map' },
    json: unknown,
    path: FieldPath,
  ): Record<string, unknown> | undefined {
    if (!isObject(json)) return this.wrong(path, `expected an object, found ${typeName(json)}`);
    const entries = Object.entries(json).map(([key, value]) => {
      const place = [...path, key];
      if (field.message) return [key, this.message(field.message, value, place)];
      if (typeof value !== 'string') this.wrong(place, `expected a text, found ${typeName(value)}; put it in quotes`);
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

type MessageField = DescField & { fieldKind: 'message' };

/** A field by its key, and the message that holds it where that one's keys stand in the enclosing object. */
interface FoundField {
  readonly field: DescField;
  readonly through?: MessageField;
}

type FieldsByKey = ReadonlyMap<string, FoundField>;

const fieldsOfMessage: Readonly<Record<Dialect, WeakMap<DescMessage, FieldsByKey>>> = {
  legacy: new WeakMap(),
  proto: new WeakMap(),
};

function fieldsByKey(desc: DescMessage, dialect: Dialect): FieldsByKey {
  const known = fieldsOfMessage[dialect].get(desc);
  if (known) return known;
  const fields = new Map<string, FoundField>();
  for (const { field, key, inline } of fieldRules(desc)) {
    if (dialect === 'proto') {
      fields.set(field.jsonName, { field }).set(field.name, { field });
    } else if (inline && field.fieldKind === 'message') {
      for (const [name, inner] of fieldsByKey(field.message, dialect)) {
        fields.set(name, { field: inner.field, through: field });
      }
    } else {
      fields.set(key, { field });
    }
  }
  fieldsOfMessage[dialect].set(desc, fields);
  return fields;
}

/** The message that a found field belongs to; it is made when its first key appears. */
function holder(message: Message, { through }: FoundField): Message {
  if (!through) return message;
  const fields = message as unknown as Record<string, Message>;
  fields[through.localName] ??= create(through.message);
  return fields[through.localName] as Message;
}

function isSpecial(field: MessageField): boolean {
  return SPECIAL_MESSAGES.has(field.message.typeName);
}

function isTraitList(field: DescField, dialect: Dialect): boolean {
  return (
    dialect === 'legacy' && fieldRules(field.parent).some((rule) => rule.field === field && rule.form === Form.TRAITS)
  );
}

/** Makes the items of a list of messages. */
function made(field: DescField & { fieldKind: 'list' }): (item: object) => unknown {
  return (item) => (field.message ? create(field.message, item as MessageShape<DescMessage>) : item);
}
