import { CodedError } from '../util/coded-error.js';

/** Tags of the DER elements that certificates use. */
export const DerTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One tag-length-value element; `raw` is the whole of it, `content` its value. Both are views of the input. */
export interface DerElement {
  tag: number;
  content: Buffer;
  raw: Buffer;
}

function invalid(what: string): CodedError {
  return new CodedError('der_invalid', `invalid DER: ${what}`);
}

/** Reads the elements that lie side by side in `bytes`. @throws CodedError `der_invalid` */
export function readDerList(bytes: Uint8Array): DerElement[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < buffer.length) {
    const element = readElement(buffer, offset);
    elements.push(element);
    offset += element.raw.length;
  }
  return elements;
}

/** Reads exactly one element that fills `bytes`. @throws CodedError `der_invalid` */
export function readDer(bytes: Uint8Array): DerElement {
  const [element, ...rest] = readDerList(bytes);
  if (element === undefined || rest.length > 0) throw invalid('one element expected');
  return element;
}

function readElement(buffer: Buffer, start: number): DerElement {
  const tag = buffer[start];
  const first = buffer[start + 1];
  if (tag === undefined || first === undefined) throw invalid('element cut off');
  let length = first;
  let contentStart = start + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || contentStart + count > buffer.length) throw invalid('bad length');
    length = buffer.readUIntBE(contentStart, count);
    contentStart += count;
  }
  const end = contentStart + length;
  if (end > buffer.length) throw invalid('element cut off');
  return { tag, content: buffer.subarray(contentStart, end), raw: buffer.subarray(start, end) };
}

/** Encodes one element from the bytes of its content. */
export function writeDer(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export function derSequence(...children: Uint8Array[]): Buffer {
  return writeDer(DerTag.sequence, ...children);
}

/** A SET OF: DER wants its members sorted by their encoding. */
export function derSet(members: readonly Uint8Array[]): Buffer {
  return writeDer(DerTag.set, ...[...members].sort(Buffer.compare));
}

/** A non-negative INTEGER. */
export function derInteger(value: bigint): Buffer {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
  return writeDer(DerTag.integer, Buffer.from(hex, 'hex'));
}

export function derBoolean(value: boolean): Buffer {
  return writeDer(DerTag.boolean, Buffer.from([value ? 0xff : 0]));
}

/** A BIT STRING; `unusedBits` counts the bits of the last byte that do not belong to it. */
export function derBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return writeDer(DerTag.bitString, Buffer.from([unusedBits]), bytes);
}

export function derOctetString(bytes: Uint8Array): Buffer {
  return writeDer(DerTag.octetString, bytes);
}

/** A moment with whole seconds: UTCTime before 2050, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
export function derTime(moment: Date): Buffer {
  const digits = moment
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return moment.getUTCFullYear() < 2050
    ? writeDer(DerTag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : writeDer(DerTag.generalizedTime, Buffer.from(digits, 'latin1'));
}

/** An OBJECT IDENTIFIER from its dotted text. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let more = arc >>> 7; more > 0; more >>>= 7) groups.unshift((more & 0x7f) | 0x80);
    return groups;
  });
  return writeDer(DerTag.oid, Buffer.from(bytes));
}

/** The dotted text of an OBJECT IDENTIFIER's content. */
export function readOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [joined = 0, ...rest] = arcs;
  const first = Math.min(Math.floor(joined / 40), 2);
  return [first, joined - first * 40, ...rest].join('.');
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** Text as PrintableString when every character allows it, else as UTF8String (join §3.1). */
export function derText(text: string): Buffer {
  const tag = PRINTABLE.test(text) ? DerTag.printableString : DerTag.utf8String;
  return writeDer(tag, Buffer.from(text, 'utf8'));
}

/** The text of a string element, or `undefined` when the element is of another type. */
export function readText({ tag, content }: DerElement): string | undefined {
  switch (tag) {
    case DerTag.utf8String:
      return content.toString('utf8');
    case DerTag.printableString:
    case DerTag.t61String:
    case DerTag.ia5String:
      return content.toString('latin1');
    case DerTag.bmpString:
      if (content.length % 2 === 1) throw invalid('odd BMPString');
      return Buffer.from(content).swap16().toString('utf16le');
    default:
      return undefined;
  }
}
