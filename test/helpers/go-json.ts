import { type DescMessage, type Message, toJson } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { toLegacyJson } from '../../src/lib/resources/legacy-json.js';

const isLegacy = (schema: DescMessage): boolean => !schema.typeName.startsWith('teleport.');

/**
 * A message as the Go client prints it: Teleport's own JSON for the older packages. The newer packages print their
 * fields by name, durations as seconds; a field that holds a message of an older package has that message's JSON.
 */
export function goJson(schema: DescMessage, message: Message): unknown {
  if (isLegacy(schema)) return toLegacyJson(schema, message);
  const reflected = reflect(schema, message);
  const holdsLegacy = schema.fields.some((field) => field.message && isLegacy(field.message) && reflected.isSet(field));
  if (!holdsLegacy) return toJson(schema, message, { useProtoFieldName: true });
  return Object.fromEntries(
    schema.fields
      .filter((field) => reflected.isSet(field))
      .map((field) => {
        const value = (message as unknown as Record<string, Message | Message[]>)[field.localName] as
          | Message
          | Message[];
        const inner = field.message as DescMessage;
        return [field.name, Array.isArray(value) ? value.map((item) => goJson(inner, item)) : goJson(inner, value)];
      }),
  );
}
