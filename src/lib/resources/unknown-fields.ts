import { type DescMessage, equals, type Message } from '@bufbuild/protobuf';

/**
 * Gives a message that was read from a document the fields of the original that no document shows, because a newer
 * cluster has them and this tool does not know them, at every depth.
 */
export function carryUnknownFields(desc: DescMessage, from: Message, to: Message): void {
  if (from.$unknown) to.$unknown = from.$unknown;
  for (const field of desc.fields) {
    if (!field.message) continue;
    const inner = field.message;
    const carry = (source: unknown, target: unknown) => {
      if (isMessage(source) && isMessage(target)) carryUnknownFields(inner, source, target);
    };
    const [source, target] = [fieldValue(from, field), fieldValue(to, field)];
    if (field.fieldKind === 'list') carryItems(inner, source as Message[], target as Message[]);
    else if (field.fieldKind === 'map') {
      for (const [key, item] of Object.entries(target as object)) carry((source as Record<string, unknown>)[key], item);
    } else carry(source, target);
  }
}

/** An item goes with its equal, and one that was changed with the one in its place, if their number is the same. */
function carryItems(desc: DescMessage, from: readonly Message[], to: readonly Message[]): void {
  to.forEach((item, index) => {
    const same = from.find((candidate) => equals(desc, candidate, item));
    const source = same ?? (from.length === to.length ? from[index] : undefined);
    if (source) carryUnknownFields(desc, source, item);
  });
}

function fieldValue(message: Message, field: DescMessage['fields'][number]): unknown {
  const fields = message as unknown as Record<string, unknown>;
  if (!field.oneof) return fields[field.localName];
  const chosen = fields[field.oneof.localName] as { case?: string; value?: unknown };
  return chosen.case === field.localName ? chosen.value : undefined;
}

/** Some well-known types are held as plain values. */
function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && '$typeName' in value;
}
