import { type DescMessage, isMessage, type Message } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { carryUnknownFields, loadKind } from '../../../src/lib/resources/index.js';
import { arbitraryMessage } from '../../helpers/arbitrary-message.js';

const PLAIN_VALUES = /^google\.protobuf\.|^wrappers\.|^types\.(BoolValue|TunnelStrategyV1)$/;

/** Every message within a message, apart from those that stand for a single value. */
function messagesIn(message: unknown): Message[] {
  if (Array.isArray(message)) return message.flatMap(messagesIn);
  if (typeof message !== 'object' || message === null) return [];
  const inner = Object.entries(message).flatMap(([key, value]) => (key === '$unknown' ? [] : messagesIn(value)));
  return isMessage(message) && !PLAIN_VALUES.test(message.$typeName) ? [message, ...inner] : inner;
}

const unknownIn = (message: Message) => messagesIn(message).flatMap(({ $unknown }) => $unknown ?? []).length;

describe('fields that this tool does not know', () => {
  it.each(['token', 'role', 'user', 'bot', 'workload_identity'])('survive the editing of a %s', async (kind) => {
    const { schema, toDocument, fromDocument } = await loadKind(kind);
    const newer = arbitraryMessage(schema as DescMessage).map((message) => {
      for (const part of messagesIn(message)) {
        part.$unknown = [{ no: 1999, wireType: WireType.Varint, data: new Uint8Array([1]) }];
      }
      return message;
    });
    fc.assert(
      fc.property(newer, (message) => {
        const edited = fromDocument(JSON.parse(JSON.stringify(toDocument(message)))).message;
        expect(unknownIn(edited)).toBe(0);
        carryUnknownFields(schema, message, edited);
        expect(unknownIn(edited)).toBe(unknownIn(message));
      }),
      { numRuns: 20 },
    );
  });
});
