import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { Form } from '../../src/lib/gen/options/legacy_json_pb.js';
import { fieldRules } from '../../src/lib/resources/field-rules.js';

const MAX_DEPTH = 6;
const LATEST_SECONDS = 253_402_300_799;
const LONGEST_SECONDS = 9_000_000_000;

/** Messages of any type, as a server might send them: fields set or not, lists and maps of any length, texts of any sign. */
export function arbitraryMessage(desc: DescMessage, depth = 0): fc.Arbitrary<Message> {
  if (depth > MAX_DEPTH) return fc.constant(create(desc));
  const oneofs = desc.oneofs.map((oneof) => {
    const cases = oneof.fields.map((field) =>
      arbitraryValue(field, depth).map((value) => ({ case: field.localName, value })),
    );
    return [oneof.localName, fc.oneof(fc.constant({ case: undefined }), ...cases)] as const;
  });
  const plain = desc.fields
    .filter((field) => !field.oneof && isShown(field))
    .map((field) => [field.localName, arbitraryField(field, depth)] as const);
  return fc
    .record(Object.fromEntries<fc.Arbitrary<unknown>>([...plain, ...oneofs]))
    .map((fields) => create(desc, fields as never));
}

/** Fields that no JSON shows do not come back. */
function isShown(field: DescField): boolean {
  return !fieldRules(field.parent).some((rule) => rule.field === field && rule.hidden);
}

function arbitraryField(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'list') {
    if (formOf(field) === Form.TRAITS) return arbitraryTraits(field, depth);
    return fc.array(arbitraryValue(field, depth), { maxLength: 3 });
  }
  if (field.fieldKind === 'map') return fc.dictionary(text(), arbitraryValue(field, depth), { maxKeys: 3 });
  return fc.option(arbitraryValue(field, depth), { nil: undefined, freq: 3 });
}

/** One value, or one item of a list or map. */
function arbitraryValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  if (field.message) {
    if (formOf(field) === Form.GO_NANOSECONDS) return SHORT_DURATION(field.message);
    const special = SPECIAL[field.message.typeName];
    return special ? special(field.message) : arbitraryMessage(field.message, depth + 1);
  }
  if (field.enum) return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  return arbitraryScalar(field);
}

function arbitraryScalar(field: DescField): fc.Arbitrary<unknown> {
  switch (field.scalar) {
    case ScalarType.STRING:
      return text();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 20 });
    case ScalarType.INT32:
      return fc.integer();
    case ScalarType.UINT32:
      return fc.nat();
    case ScalarType.UINT64:
      return fc.maxSafeNat().map(BigInt);
    case ScalarType.INT64:
      return fc.maxSafeInteger().map(BigInt);
    default:
      throw new Error(`no values for the scalar type of ${field}`);
  }
}

/** Also texts that YAML could take for something else, or that need more than one line. */
function text(): fc.Arbitrary<string> {
  const awkward = [
    '',
    'yes',
    '0x1f',
    '1e3',
    '2026-11-21',
    '~',
    '- a',
    'a: b',
    ' a ',
    '#a',
    'a\nb\n',
    '\n',
    '{a}',
    "'",
    '"',
  ];
  return fc.oneof(
    fc.constantFrom(...awkward),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.lorem({ maxCount: 20 }),
  );
}

function formOf(field: DescField): Form {
  return fieldRules(field.parent).find((rule) => rule.field === field)?.form ?? Form.PLAIN;
}

function arbitraryLabels(desc: DescMessage): fc.Arbitrary<Message> {
  const values = fc.array(text(), { maxLength: 3 }).map((list) => ({ values: list }));
  return fc.dictionary(text(), values, { maxKeys: 3 }).map((labels) => create(desc, { labels } as never));
}

function arbitraryTraits(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const keyOf = (trait: unknown) => (trait as { key: string }).key;
  return fc.uniqueArray(arbitraryValue(field, depth), { maxLength: 3, selector: keyOf });
}

/** So short that a number of nanoseconds is exact. */
const SHORT_DURATION = (desc: DescMessage) =>
  moment(fc.nat({ max: 9_000_000 })).map((fields) => create(desc, fields as never));

const SPECIAL: Readonly<Record<string, (desc: DescMessage) => fc.Arbitrary<unknown>>> = {
  'google.protobuf.Timestamp': (desc) =>
    moment(fc.integer({ min: -LONGEST_SECONDS, max: LATEST_SECONDS })).map((fields) => create(desc, fields as never)),
  'google.protobuf.Duration': (desc) =>
    moment(fc.integer({ min: 0, max: LONGEST_SECONDS })).map((fields) => create(desc, fields as never)),
  // Generated code holds these two as they are.
  'google.protobuf.Struct': () => fc.dictionary(text(), text(), { maxKeys: 3 }),
  'google.protobuf.BoolValue': () => fc.boolean(),
  'wrappers.LabelValues': arbitraryLabels,
  'types.TunnelStrategyV1': (desc) => {
    const peering = fc.nat().map((count) => ({ case: 'proxyPeering', value: { agentConnectionCount: BigInt(count) } }));
    const mesh = fc.constant({ case: 'agentMesh', value: {} });
    return fc.oneof(mesh, peering).map((strategy) => create(desc, { strategy } as never));
  },
};

function moment(seconds: fc.Arbitrary<number>): fc.Arbitrary<{ seconds: bigint; nanos: number }> {
  return fc.record({ seconds: seconds.map(BigInt), nanos: fc.integer({ min: 0, max: 999_999_999 }) });
}
