import { type DescEnum, type DescField, type DescMessage, getOption, hasOption } from '@bufbuild/protobuf';
import { Form, json, json_value } from '../gen/options/legacy_json_pb.js';

/** How one field reads in the real tool's JSON (wire §2.3), from the options of our protos. */
export interface FieldRule {
  readonly field: DescField;
  readonly key: string;
  /** Printed even when empty. */
  readonly always: boolean;
  /** Never null: unset messages print as empty ones, unset times as the zero time. */
  readonly nonnull: boolean;
  readonly hidden: boolean;
  /** The message's keys stand in the enclosing object. */
  readonly inline: boolean;
  readonly form: Form;
}

const rulesOfMessage = new WeakMap<DescMessage, readonly FieldRule[]>();

/** The rules of a message's fields in the order in which they are printed. */
export function fieldRules(message: DescMessage): readonly FieldRule[] {
  let rules = rulesOfMessage.get(message);
  if (!rules) {
    rules = message.fields.map(fieldRule);
    rulesOfMessage.set(message, rules);
  }
  return rules;
}

function fieldRule(field: DescField): FieldRule {
  if (!hasOption(field, json)) {
    return { field, key: field.name, always: false, nonnull: false, hidden: false, inline: false, form: Form.PLAIN };
  }
  const { name, always, nonnull, hidden, inline, form } = getOption(field, json);
  return { field, key: name || field.name, always, nonnull, hidden, inline, form };
}

const valuesOfEnum = new WeakMap<DescEnum, ReadonlyMap<number, string | boolean | number>>();

/** The JSON value of every value of an enum: its own text or boolean where it has one, else its number. */
export function enumJsonValues(desc: DescEnum): ReadonlyMap<number, string | boolean | number> {
  let values = valuesOfEnum.get(desc);
  if (!values) {
    values = new Map(
      desc.values.map((value) => {
        const text = hasOption(value, json_value) ? getOption(value, json_value) : undefined;
        return [value.number, text === 'true' || text === 'false' ? text === 'true' : (text ?? value.number)];
      }),
    );
    valuesOfEnum.set(desc, values);
  }
  return values;
}
