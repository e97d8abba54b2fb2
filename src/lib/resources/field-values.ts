import { create, type DescEnum, type DescField, type Message, protoInt64, ScalarType } from '@bufbuild/protobuf';
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { Form } from '../gen/options/legacy_json_pb.js';
import type { TunnelStrategyV1Schema } from '../gen/types/cluster_config_pb.js';
import type { BoolValueSchema } from '../gen/types/metadata_pb.js';
import type { LabelValuesSchema, StringValuesSchema } from '../gen/wrappers/wrappers_pb.js';
import { CodedError } from '../util/coded-error.js';
import { parseGoDuration } from '../util/duration.js';
import { nearest } from '../util/nearest.js';
import { parseRfc3339 } from '../util/rfc3339.js';
import { enumJsonValues, fieldRules } from './field-rules.js';
import type { FieldPath, FieldProblem } from './problems.js';

/** `legacy`: the real tool's own JSON of packages `types` and so on. `proto`: protojson, for the newer kinds (wire §2.3, §2.4). */
export type Dialect = 'legacy' | 'proto';

/** What reading one value gave. A problem's path begins at the value. */
export type ValueRead<T> =
  | { readonly value: T }
  | { readonly problem: Omit<FieldProblem, 'path'> & { readonly path?: FieldPath } };

/**
 * Messages whose JSON is not an object of their fields. They are made from the field's own description: importing theirs
 * would load messages that the resource at hand does not have.
 */
export const SPECIAL_MESSAGES: ReadonlySet<string> = new Set([
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
  'google.protobuf.Struct',
  'google.protobuf.BoolValue',
  'wrappers.LabelValues',
  'wrappers.StringValues',
  'types.BoolValue',
  'types.TunnelStrategyV1',
]);

const TRUE_WORDS = ['yes', 'yeah', 'y', 'true', '1', 'on'];
const FALSE_WORDS = ['no', 'nope', 'n', 'false', '0', 'off'];
const SECONDS = /^-?\d+(?:\.(\d{1,9}))?s$/;

export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Names a JSON type for messages; values stay out of messages because they may be secrets. */
export function typeName(json: unknown): string {
  if (json === null) return 'nothing';
  if (Array.isArray(json)) return 'a list';
  if (typeof json === 'string') return 'a text';
  return typeof json === 'object' ? 'an object' : typeof json === 'boolean' ? 'true or false' : 'a number';
}

function expected<T>(what: string, json: unknown, advice = ''): ValueRead<T> {
  return { problem: { message: `expected ${what}, found ${typeName(json)}${advice}` } };
}

export function readScalar(field: DescField, json: unknown, dialect: Dialect): ValueRead<unknown> {
  const type = field.scalar;
  if (type === ScalarType.STRING) {
    if (typeof json === 'string') return { value: json };
    return expected('a text', json, typeof json === 'object' ? '' : '; put it in quotes');
  }
  if (type === ScalarType.BOOL) return readBoolean(json);
  if (type === ScalarType.BYTES) return readBytes(json);
  if (fieldForm(field) === Form.GO_DURATION) return readGoDuration(json);
  return readInteger(type, dialect === 'proto' ? wholeNumber(json) : json);
}

/** In protojson a long number may be written as a text, and is printed as one. */
function wholeNumber(json: unknown): unknown {
  return typeof json === 'string' && /^-?\d+$/.test(json) ? Number(json) : json;
}

function fieldForm(field: DescField): Form {
  return fieldRules(field.parent).find((rule) => rule.field === field)?.form ?? Form.PLAIN;
}

function readBoolean(json: unknown): ValueRead<boolean> {
  if (typeof json === 'boolean') return { value: json };
  const word = typeof json === 'string' ? json.toLowerCase() : '';
  if (TRUE_WORDS.includes(word)) return { value: true };
  if (FALSE_WORDS.includes(word)) return { value: false };
  return { problem: { message: `expected a boolean, found ${typeName(json)}`, accepted: ['true', 'false'] } };
}

function readBytes(json: unknown): ValueRead<Uint8Array> {
  if (typeof json !== 'string') return expected('a base64 text', json);
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(json) && json.length % 4 === 0;
  return isBase64
    ? { value: new Uint8Array(Buffer.from(json, 'base64')) }
    : { problem: { message: 'this is not base64' } };
}

function readInteger(type: ScalarType | undefined, json: unknown): ValueRead<number | bigint> {
  if (typeof json !== 'number') return expected('a whole number', json);
  const isLong = type === ScalarType.INT64 || type === ScalarType.UINT64;
  const isUnsigned = type === ScalarType.UINT32 || type === ScalarType.UINT64;
  const limit = isLong ? Number.MAX_SAFE_INTEGER : isUnsigned ? 2 ** 32 - 1 : 2 ** 31 - 1;
  if (!Number.isSafeInteger(json) || json > limit || json < (isUnsigned ? 0 : -limit - 1)) {
    return { problem: { message: `expected a whole number from ${isUnsigned ? 0 : -limit} to ${limit}` } };
  }
  return { value: isLong ? protoInt64.parse(json) : json };
}

function readGoDuration(json: unknown): ValueRead<bigint> {
  if (typeof json !== 'string') return expected('a duration such as 12h or 30m', json, '; add a unit');
  try {
    return { value: parseGoDuration(json, 'resource') };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { problem: { message: `expected a duration: ${error.hint ?? error.message}` } };
  }
}

export function readEnum(desc: DescEnum, json: unknown, dialect: Dialect): ValueRead<number> {
  const values =
    dialect === 'proto' ? new Map(desc.values.map(({ number, name }) => [number, name])) : enumJsonValues(desc);
  for (const [number, value] of values) if (value === json || number === json) return { value: number };
  const named = desc.values.find(({ name }) => name === json);
  if (named) return { value: named.number };
  const accepted = [...values.values()].map(String).filter((value) => value !== '');
  const suggestion = typeof json === 'string' ? nearest(json, accepted) : undefined;
  const found = typeof json === 'object' ? typeName(json) : JSON.stringify(json);
  const message = `${found} is not accepted`;
  return { problem: { message, accepted, ...(suggestion && { suggestion }) } };
}

/** Reads a value of one of {@link SPECIAL_MESSAGES}. */
export function readSpecial(
  field: DescField & { fieldKind: 'message' },
  json: unknown,
  dialect: Dialect,
): ValueRead<unknown> {
  switch (field.message.typeName) {
    case 'google.protobuf.Timestamp':
      return readTime(json);
    case 'google.protobuf.Duration':
      if (dialect === 'proto') return readProtoDuration(json);
      return fieldForm(field) === Form.GO_DURATION ? readDurationText(json) : readNanoseconds(json);
    case 'google.protobuf.Struct':
      return isObject(json) ? { value: json } : expected('an object', json); // generated code holds it as it is
    case 'google.protobuf.BoolValue':
      return readWrappedBoolean(json);
    case 'wrappers.LabelValues':
      return readLabels(field.message as typeof LabelValuesSchema, json, fieldForm(field));
    case 'wrappers.StringValues':
      return readStrings(field.message as typeof StringValuesSchema, json);
    case 'types.BoolValue': {
      const read = readBoolean(json);
      return 'problem' in read
        ? read
        : { value: create(field.message as typeof BoolValueSchema, { value: read.value }) };
    }
    default:
      return readTunnelStrategy(field.message as typeof TunnelStrategyV1Schema, json);
  }
}

/** Generated code holds the boolean itself. */
function readWrappedBoolean(json: unknown): ValueRead<boolean> {
  if (!isObject(json)) return expected('an object', json);
  return readBoolean(json.value ?? false);
}

function readTime(json: unknown): ValueRead<Timestamp> {
  if (typeof json !== 'string') return expected('a time such as 2030-01-01T00:00:00Z', json);
  const time = parseRfc3339(json);
  return time
    ? { value: create(TimestampSchema, time) }
    : { problem: { message: 'expected a time such as 2030-01-01T00:00:00Z' } };
}

function readProtoDuration(json: unknown): ValueRead<Duration> {
  const match = typeof json === 'string' ? SECONDS.exec(json) : null;
  if (typeof json === 'string' && match) {
    const nanos = Number((match[1] ?? '').padEnd(9, '0')) * (json.startsWith('-') ? -1 : 1);
    return { value: create(DurationSchema, { seconds: BigInt(json.replace(/[.s].*$/, '')), nanos }) };
  }
  const suggestion = typeof json === 'string' ? secondsText(json) : undefined;
  const message = 'expected seconds as a text such as "3600s"';
  return { problem: { message, ...(suggestion && { suggestion }) } };
}

function readDurationText(json: unknown): ValueRead<Duration> {
  const read = readGoDuration(json);
  return 'problem' in read ? read : { value: durationOf(read.value) };
}

function durationOf(nanoseconds: bigint): Duration {
  const whole = nanoseconds / 1_000_000_000n;
  return create(DurationSchema, { seconds: whole, nanos: Number(nanoseconds % 1_000_000_000n) });
}

function secondsText(text: string): string | undefined {
  try {
    return `${parseGoDuration(text, 'resource') / 1_000_000_000n}s`;
  } catch {
    return undefined; // not a duration in any notation: no suggestion
  }
}

/** From 104 days on the number is no safe integer, but the same one as was printed: whole seconds stay whole. */
function readNanoseconds(json: unknown): ValueRead<Duration> {
  if (typeof json === 'number' && Number.isInteger(json) && Math.abs(json) < 2 ** 63)
    return { value: durationOf(BigInt(json)) };
  return { problem: { message: 'expected a whole number of nanoseconds' } };
}

/** Labels may have a single text for a value; traits are lists, as the real tool has it. */
function readLabels(desc: typeof LabelValuesSchema, json: unknown, form: Form): ValueRead<Message> {
  if (!isObject(json)) return expected('an object', json);
  const labels: [string, { values: string[] }][] = [];
  for (const [key, value] of Object.entries(json)) {
    const values = form === Form.LABELS && typeof value === 'string' ? [value] : value;
    const read = readTexts(values, form === Form.LABELS ? 'a text or a list of texts' : 'a list of texts');
    if ('problem' in read) return { problem: { ...read.problem, path: [key] } };
    labels.push([key, { values: read.value }]);
  }
  return { value: create(desc, { labels: Object.fromEntries(labels) }) };
}

function readStrings(desc: typeof StringValuesSchema, json: unknown): ValueRead<Message> {
  const read = readTexts(typeof json === 'string' ? [json] : json, 'a text or a list of texts');
  return 'problem' in read ? read : { value: create(desc, { values: read.value }) };
}

/** Traits that the message holds as a list, from an object of lists. */
export function readTraitList(json: unknown): ValueRead<{ key: string; values: string[] }[]> {
  if (!isObject(json)) return expected('an object', json);
  const traits: { key: string; values: string[] }[] = [];
  for (const [key, value] of Object.entries(json)) {
    const read = readTexts(value, 'a list of texts');
    if ('problem' in read) return { problem: { ...read.problem, path: [key] } };
    traits.push({ key, values: read.value });
  }
  return { value: traits };
}

function readTexts(json: unknown, what: string): ValueRead<string[]> {
  const values = json ?? [];
  if (Array.isArray(values) && values.every((item) => typeof item === 'string')) return { value: values };
  return { problem: { message: `expected ${what}${typeof values === 'object' ? '' : `, found ${typeName(json)}`}` } };
}

function readTunnelStrategy(desc: typeof TunnelStrategyV1Schema, json: unknown): ValueRead<Message> {
  const accepted = ['agent_mesh', 'proxy_peering'];
  if (!isObject(json)) return expected('an object', json);
  const count = json.agent_connection_count ?? 0;
  if (typeof count !== 'number' || !Number.isSafeInteger(count)) {
    return { problem: { path: ['agent_connection_count'], message: 'expected a whole number' } };
  }
  if (json.type === 'agent_mesh') return { value: create(desc, { strategy: { case: 'agentMesh', value: {} } }) };
  if (json.type !== 'proxy_peering') {
    return { problem: { path: ['type'], message: 'this type is not accepted', accepted } };
  }
  const value = { agentConnectionCount: BigInt(count) };
  return { value: create(desc, { strategy: { case: 'proxyPeering', value } }) };
}
