import { type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { JsonObject } from './legacy-json.js';

/** What `get` prints of a kind whose JSON is protojson (cli §3.1): field names as in the proto, labels sorted. */
export function protoDocument<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonObject {
  const document = toJson(schema, message, { useProtoFieldName: true }) as JsonObject;
  const metadata = document.metadata as JsonObject | undefined;
  const labels = metadata?.labels as JsonObject | undefined;
  if (metadata && labels) {
    metadata.labels = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return document;
}
