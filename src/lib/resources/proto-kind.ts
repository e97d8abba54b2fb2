import { type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';
import { readMessage } from './field-reader.js';
import { isObject } from './field-values.js';
import type { KindDefinition, KindParts } from './kind-definition.js';
import { kindInfo } from './kind-info.js';
import type { JsonObject } from './legacy-json.js';

/** The kinds of the `teleport.*` packages have these fields in common. */
interface ProtoResource {
  readonly metadata?: { readonly name: string } | undefined;
}

/** Completes the definition of a kind whose JSON is protojson (wire §2.4): what `get` prints, `create` reads. */
export function defineProtoKind<Desc extends DescMessage>(kind: string, parts: KindParts<Desc>): KindDefinition<Desc> {
  return {
    ...kindInfo(kind),
    ...parts,
    toDocument: (message) => protoDocument(parts.schema, message),
    fromDocument: (value) => readMessage(parts.schema, value, 'proto'),
    nameOf: (message) => (message as ProtoResource).metadata?.name ?? '',
  };
}

function protoDocument<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonObject {
  const document = toJson(schema, message, { useProtoFieldName: true });
  return sortMaps(schema, document) as JsonObject;
}

/** The real tool prints the entries of maps in the order of their keys. */
function sortMaps(desc: DescMessage, json: unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => sortMaps(desc, item));
  if (desc.typeName === 'google.protobuf.Struct') return sortKeys(json);
  if (!isObject(json)) return json;
  const fields = new Map(desc.fields.map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const field = fields.get(key);
      if (field?.fieldKind === 'map') return [key, sortKeys(value)];
      return [key, field?.message ? sortMaps(field.message, value) : value];
    }),
  );
}

function sortKeys(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sortKeys);
  if (!isObject(json)) return json;
  const sorted = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, sortKeys(value)]));
}
