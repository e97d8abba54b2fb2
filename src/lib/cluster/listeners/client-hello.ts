/** What a TLS client asks for in its first message, before anything is encrypted. */
export interface ClientHello {
  serverName?: string;
  alpn: string[];
}

export type HelloResult =
  | { kind: 'hello'; hello: ClientHello }
  /** More bytes are needed. */
  | { kind: 'incomplete' }
  /** No TLS, or TLS that makes no sense. */
  | { kind: 'invalid' };

/** Far more than any real hello, even one with post-quantum keys. */
export const MAX_HELLO_BYTES = 32 * 1024;

const RECORD_HANDSHAKE = 22;
const RECORD_HEADER_BYTES = 5;
const MAX_RECORD_BYTES = 16 * 1024;
const MESSAGE_CLIENT_HELLO = 1;
const MESSAGE_HEADER_BYTES = 4;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const NAME_TYPE_HOST = 0;

/**
 * Reads a ClientHello (RFC 8446 §4.1.2; names RFC 6066 §3, ALPN RFC 7301) out of the bytes received so far.
 * It may be spread over several TLS records.
 */
export function parseClientHello(received: Buffer): HelloResult {
  const handshake = joinRecords(received);
  if (handshake === 'invalid') return { kind: 'invalid' };
  if (handshake.length > 0 && handshake[0] !== MESSAGE_CLIENT_HELLO) return { kind: 'invalid' };
  const end = handshake.length < MESSAGE_HEADER_BYTES ? undefined : MESSAGE_HEADER_BYTES + handshake.readUIntBE(1, 3);
  if (end === undefined || end > handshake.length) {
    const tooLong = received.length >= MAX_HELLO_BYTES || (end ?? 0) > MAX_HELLO_BYTES;
    return { kind: tooLong ? 'invalid' : 'incomplete' };
  }
  const hello = readHello(new Reader(handshake.subarray(MESSAGE_HEADER_BYTES, end)));
  return hello === undefined ? { kind: 'invalid' } : { kind: 'hello', hello };
}

/** Joins the payloads of the handshake records, of the last one as far as it is there. What follows them is not looked at. */
function joinRecords(received: Buffer): Buffer | 'invalid' {
  const payloads: Buffer[] = [];
  for (let at = 0; at < received.length; ) {
    if (received[at] !== RECORD_HANDSHAKE || (received[at + 1] ?? 3) !== 3) {
      if (at === 0) return 'invalid';
      break;
    }
    if (received.length < at + RECORD_HEADER_BYTES) break;
    const length = received.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_RECORD_BYTES) return 'invalid';
    payloads.push(received.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length));
    at += RECORD_HEADER_BYTES + length;
  }
  return Buffer.concat(payloads);
}

function readHello(reader: Reader): ClientHello | undefined {
  try {
    reader.bytes(2 + 32); // version, random
    reader.vector(1); // session id
    reader.vector(2); // cipher suites
    reader.vector(1); // compression methods
    const hello: ClientHello = { alpn: [] };
    if (reader.isAtEnd()) return hello;
    const extensions = new Reader(reader.vector(2));
    while (!extensions.isAtEnd()) {
      const type = extensions.number(2);
      const body = new Reader(extensions.vector(2));
      if (type === EXTENSION_ALPN) hello.alpn = readAlpn(new Reader(body.vector(2)));
      if (type === EXTENSION_SERVER_NAME) hello.serverName = readServerName(new Reader(body.vector(2)));
    }
    return hello;
  } catch (error) {
    if (error instanceof OutOfBytes) return undefined;
    throw error;
  }
}

function readAlpn(reader: Reader): string[] {
  const protocols: string[] = [];
  while (!reader.isAtEnd()) protocols.push(reader.vector(1).toString('latin1'));
  return protocols;
}

function readServerName(reader: Reader): string | undefined {
  while (!reader.isAtEnd()) {
    const type = reader.number(1);
    const name = reader.vector(2);
    if (type === NAME_TYPE_HOST) return name.toString('latin1');
  }
  return undefined;
}

class OutOfBytes extends Error {}

class Reader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  isAtEnd(): boolean {
    return this.#at === this.#data.length;
  }

  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#data.length) throw new OutOfBytes();
    const part = this.#data.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  number(size: 1 | 2): number {
    return this.bytes(size).readUIntBE(0, size);
  }

  /** Bytes with their length before them, in `size` bytes. */
  vector(size: 1 | 2): Buffer {
    return this.bytes(this.number(size));
  }
}
