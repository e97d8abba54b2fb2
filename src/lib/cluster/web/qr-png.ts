import { crc32, deflateSync } from 'node:zlib';
import { qrCode } from '../../util/qr-code.js';

/** Pixels on each side, as the real server's (login §5.8). */
const SIZE = 456;
const QUIET_MODULES = 4;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const GREYSCALE_OF_ONE_BIT = [1, 0, 0, 0, 0];

/** A QR code of a text as a PNG picture. */
export function qrPng(text: string): Uint8Array {
  const modules = qrCode(text);
  const scale = Math.floor(SIZE / (modules.length + 2 * QUIET_MODULES));
  const margin = Math.floor((SIZE - modules.length * scale) / 2);
  const rowBytes = SIZE / 8;
  const pixels = Buffer.alloc(SIZE * (rowBytes + 1), 0xff);
  for (let y = 0; y < SIZE; y++) {
    const start = y * (rowBytes + 1);
    pixels[start] = 0; // no filter
    const row = modules[Math.floor((y - margin) / scale)];
    for (let x = 0; row !== undefined && x < SIZE; x++) {
      const at = start + 1 + (x >>> 3);
      if (row[Math.floor((x - margin) / scale)]) pixels[at] = (pixels[at] ?? 0) & ~(0x80 >>> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set(GREYSCALE_OF_ONE_BIT, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
