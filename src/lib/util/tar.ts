import { CodedError } from './coded-error.js';

export interface TarEntry {
  path: string;
  text: string;
}

const BLOCK = 512;
const NAME_LENGTH = 100;

/** A tar archive (ustar) of plain files that only their owner may read, in the order of their paths. @throws CodedError `bad_parameter` for a path of more than 100 bytes */
export function tarArchive(entries: readonly TarEntry[], modified: Date): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const parts = sorted.flatMap(({ path, text }) => {
    const data = Buffer.from(text);
    return [header(path, data.length, modified), data, Buffer.alloc(-data.length & (BLOCK - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number, modified: Date): Buffer {
  if (Buffer.byteLength(path) > NAME_LENGTH)
    throw new CodedError('bad_parameter', `${path} is too long a name for a tar archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(modified.getTime() / 1000), 11), 136);
  block.write(' '.repeat(8), 148); // the checksum counts as blanks
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
