import { CodedError } from '../util/coded-error.js';

/** Reads the SSH wire encoding (RFC 4251 §5) from front to back. Every read throws CodedError `ssh_invalid` past the end. */
export class SshReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes have been read. */
  get offset(): number {
    return this.#offset;
  }

  get done(): boolean {
    return this.#offset === this.#bytes.length;
  }

  bytes(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new CodedError('ssh_invalid', 'SSH data ends too early');
    const slice = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return slice;
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE();
  }

  uint64(): bigint {
    return this.bytes(8).readBigUInt64BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  /** A non-negative multiple precision integer, as big-endian bytes without leading zeros. */
  mpint(): Buffer {
    return withoutLeadingZeros(this.string());
  }
}

function withoutLeadingZeros(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}

/** A number in four bytes. */
export function sshUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A number in eight bytes. */
export function sshUint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** A length-prefixed string; several parts are joined into the one string. */
export function sshString(...parts: (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
  return Buffer.concat([sshUint32(content.length), content]);
}

/** A non-negative multiple precision integer from big-endian bytes. */
export function sshMpint(bytes: Buffer): Buffer {
  const digits = withoutLeadingZeros(bytes);
  return (digits[0] ?? 0) >= 0x80 ? sshString(Buffer.from([0]), digits) : sshString(digits);
}
