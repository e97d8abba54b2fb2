/** What authenticators send: numbers, bytes, text, lists and maps with numbers or text for keys. */
export type CborValue = number | string | Uint8Array | CborValue[] | Map<number | string, CborValue>;

const MAX_DEPTH = 8;
/** Sizes that follow the first byte, by its lower five bits. */
const SIZE_BYTES: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4 };

/**
 * Reads the first item of some bytes, of definite length (RFC 8949 §3).
 * @returns the item and how many bytes it takes
 * @throws RangeError for what is cut off, or of another kind
 */
export function readCbor(bytes: Uint8Array): { value: CborValue; length: number } {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const value = readItem(0);
  return { value, length: at };

  function readItem(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw new RangeError('CBOR is nested too deeply');
    const [major, size] = readHead();
    if (major === 0) return size;
    if (major === 1) return -1 - size;
    if (major === 2) return new Uint8Array(take(size));
    if (major === 3) return take(size).toString('utf8');
    if (major === 4) return readMany(size, () => readItem(depth + 1));
    if (major === 5) return new Map(readMany(size, () => readEntry(depth + 1)));
    throw new RangeError(`CBOR of major type ${major} is not expected`);
  }

  function readEntry(depth: number): [number | string, CborValue] {
    const key = readItem(depth);
    if (typeof key !== 'number' && typeof key !== 'string') throw new RangeError('a key of CBOR is neither');
    return [key, readItem(depth)];
  }

  /** Each item takes a byte at least: more than there are bytes cannot be. */
  function readMany<T>(count: number, read: () => T): T[] {
    if (count > data.length - at) throw new RangeError('CBOR is cut off');
    return Array.from({ length: count }, read);
  }

  function readHead(): [major: number, size: number] {
    const first = take(1).readUInt8();
    const low = first & 0x1f;
    if (low < 24) return [first >> 5, low];
    const width = SIZE_BYTES[low];
    if (width === undefined) throw new RangeError('CBOR of indefinite or huge length is not expected');
    return [first >> 5, take(width).readUIntBE(0, width)];
  }

  function take(count: number): Buffer {
    if (count > data.length - at) throw new RangeError('CBOR is cut off');
    at += count;
    return data.subarray(at - count, at);
  }
}
