import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from '@jest/globals';
import { EventSchema, Operation } from '../../src/lib/gen/proto/events_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../src/lib/gen/types/tokens_pb.js';

const NEW_FIELD = 1999;

/** What a newer server would send: a field in the token and one in its spec that are not in our .proto files. */
function tokenOfNewerServer(): Uint8Array {
  const spec = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string('Bot')
    .tag(4, WireType.LengthDelimited)
    .string('token')
    .tag(NEW_FIELD, WireType.LengthDelimited)
    .string('in spec')
    .finish();
  return new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string('token')
    .tag(5, WireType.LengthDelimited)
    .bytes(spec)
    .tag(NEW_FIELD, WireType.Varint)
    .uint32(42)
    .finish();
}

function unknownFields(message: { $unknown?: { no: number; data: Uint8Array }[] } | undefined) {
  return message?.$unknown ?? [];
}

describe('unknown fields', () => {
  it('survive reading a token, changing it and writing it back, at every depth', () => {
    const token: ProvisionTokenV2 = fromBinary(ProvisionTokenV2Schema, tokenOfNewerServer());
    if (!token.spec) throw new Error('the token has no spec');
    token.spec.botName = 'robot';

    const again = fromBinary(ProvisionTokenV2Schema, toBinary(ProvisionTokenV2Schema, token));

    expect(again.kind).toBe('token');
    expect(again.spec).toMatchObject({ roles: ['Bot'], joinMethod: 'token', botName: 'robot' });
    const [outer] = unknownFields(again);
    expect(outer?.no).toBe(NEW_FIELD);
    expect(new BinaryReader(outer?.data ?? new Uint8Array()).uint32()).toBe(42);
    const [inner] = unknownFields(again.spec);
    expect(inner?.no).toBe(NEW_FIELD);
    expect(new BinaryReader(inner?.data ?? new Uint8Array()).string()).toBe('in spec');
  });

  it('hold an event about a kind that is not described here, without failing the stream', () => {
    const databaseServer = 17;
    const bytes = new BinaryWriter()
      .tag(1, WireType.Varint)
      .int32(Operation.PUT)
      .tag(databaseServer, WireType.LengthDelimited)
      .bytes(new Uint8Array([10, 2, 100, 98]))
      .finish();

    const event = fromBinary(EventSchema, bytes);

    expect(event.type).toBe(Operation.PUT);
    expect(event.resource.case).toBeUndefined();
    expect(toBinary(EventSchema, event)).toEqual(bytes);
  });
});
