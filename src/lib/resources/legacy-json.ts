import { create, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt';
import { Form } from '../gen/options/legacy_json_pb.js';
import type { Trait } from '../gen/teleport/trait/v1/trait_pb.js';
import type { TunnelStrategyV1 } from '../gen/types/cluster_config_pb.js';
import type { LabelValues, StringValues } from '../gen/wrappers/wrappers_pb.js';
import { formatGoDuration } from '../util/duration.js';
import { enumJsonValues, type FieldRule, fieldRules } from './field-rules.js';
import { formatTime, ZERO_TIME_SECONDS } from './times.js';

/** A JSON object whose keys stand in the order of printing. */
export type JsonObject = { [key: string]: unknown };

/**
 * Turns a message of the packages `types`, `proto` or `wrappers` into the real tool's JSON value: keys in the order of the
 * fields, empty fields left out where the real tool leaves them out (wire §2.3).
 */
export function toLegacyJson(desc: DescMessage, message: Message): JsonObject {
  if (desc.typeName === 'types.TunnelStrategyV1') return tunnelStrategyJson(message as TunnelStrategyV1);
  const object: JsonObject = {};
  for (const rule of fieldRules(desc)) {
    if (rule.hidden) continue;
    const json = fieldJson(rule, rawValue(rule, message));
    if (json === undefined) continue;
    if (rule.inline) Object.assign(object, json);
    else object[rule.key] = json;
  }
  return object;
}

function rawValue({ field }: FieldRule, message: Message): unknown {
  const fields = message as unknown as Record<string, unknown>;
  if (!field.oneof) return fields[field.localName];
  const chosen = fields[field.oneof.localName] as { case?: string; value?: unknown };
  return chosen.case === field.localName ? chosen.value : undefined;
}

/** @returns undefined when the field is left out. */
function fieldJson(rule: FieldRule, value: unknown): unknown {
  const { field, always, form } = rule;
  const empty = always ? null : undefined;
  switch (field.fieldKind) {
    case 'scalar':
      return isZero(value) && !always ? undefined : scalarJson(field.scalar, form, value);
    case 'enum':
      return value === 0 && !always ? undefined : (enumJsonValues(field.enum).get(value as number) ?? value);
    case 'list': {
      const items = value as unknown[];
      if (form === Form.TRAITS && items.length > 0) return traitsJson(items as Trait[]);
      return items.length === 0 ? empty : items.map((item) => itemJson(rule, item));
    }
    case 'map': {
      const entries = Object.entries(value as object).sort(byKey);
      return entries.length === 0
        ? empty
        : Object.fromEntries(entries.map(([key, item]) => [key, itemJson(rule, item)]));
    }
    case 'message':
      return messageJson(rule, value as Message | boolean | undefined);
  }
}

function isZero(value: unknown): boolean {
  return (
    value === '' ||
    value === 0 ||
    value === 0n ||
    value === false ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

function scalarJson(type: ScalarType, form: Form, value: unknown): unknown {
  if (form === Form.GO_DURATION) return formatGoDuration(value as bigint);
  if (type === ScalarType.BYTES) return Buffer.from(value as Uint8Array).toString('base64');
  return typeof value === 'bigint' ? Number(value) : value;
}

function itemJson({ field, form }: FieldRule, item: unknown): unknown {
  if (field.fieldKind !== 'list' && field.fieldKind !== 'map') return item;
  if (field.message) return toLegacyJson(field.message, item as Message);
  if (field.enum) return enumJsonValues(field.enum).get(item as number) ?? item;
  return scalarJson(field.scalar as ScalarType, form, item);
}

function messageJson({ field, always, nonnull, form }: FieldRule, value: Message | boolean | undefined): unknown {
  if (field.fieldKind !== 'message') return undefined;
  if (form === Form.LABELS || form === Form.TRAITS) {
    return labelsJson(value as LabelValues | undefined, form) ?? (always ? null : undefined);
  }
  if (form === Form.GO_NANOSECONDS) {
    const nanoseconds = durationNanoseconds(value as Duration | undefined);
    return nanoseconds === 0n && !always ? undefined : Number(nanoseconds);
  }
  if (form === Form.GO_DURATION) return formatGoDuration(durationNanoseconds(value as Duration | undefined));
  if (form === Form.STRINGS) return stringsJson((value as StringValues | undefined)?.values ?? []);
  if (value === undefined && !nonnull) return always ? null : undefined;
  if (typeof value === 'boolean') return value ? { value } : {}; // google.protobuf.BoolValue
  if (form === Form.BOOL_OPTION) return (value as Message & { value: boolean }).value;
  const message = value ?? create(field.message);
  if (field.message.typeName === 'google.protobuf.Timestamp') {
    return formatTime(value ? (value as Timestamp) : { seconds: ZERO_TIME_SECONDS, nanos: 0 });
  }
  return toLegacyJson(field.message, message);
}

function labelsJson(labels: LabelValues | undefined, form: Form): JsonObject | undefined {
  const entries = Object.entries(labels?.labels ?? {}).sort(byKey);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map(([key, { values }]) => {
      if (form === Form.LABELS && values.length === 1) return [key, values[0]];
      return [key, values.length === 0 && form === Form.TRAITS ? null : values];
    }),
  );
}

function traitsJson(traits: readonly Trait[]): JsonObject {
  const entries = traits.map(({ key, values }): [string, unknown] => [key, values.length === 0 ? null : values]);
  return Object.fromEntries(entries.sort(byKey));
}

function stringsJson(values: readonly string[]): unknown {
  if (values.length === 1) return values[0];
  return values.length === 0 ? null : values;
}

function durationNanoseconds(duration: Duration | undefined): bigint {
  return duration ? duration.seconds * 1_000_000_000n + BigInt(duration.nanos) : 0n;
}

function tunnelStrategyJson({ strategy }: TunnelStrategyV1): JsonObject {
  if (strategy.case === 'proxyPeering') {
    return { type: 'proxy_peering', agent_connection_count: Number(strategy.value.agentConnectionCount) };
  }
  return { type: 'agent_mesh' };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
