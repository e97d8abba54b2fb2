/**
 * QR codes (ISO 18004) of bytes, with error correction of level M: enough for the addresses that authenticator apps read.
 */

/** By version from 1 on, level M: error correction bytes of each block, and the number of blocks. */
const CHECK_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
const FORMAT_LEVEL_M = 0;

type Grid = boolean[][];

/** The modules of a code, row by row, dark ones true; without the quiet zone of four modules that belongs around it. */
export function qrCode(text: string): boolean[][] {
  const bytes = Buffer.from(text, 'utf8');
  const version = smallestVersion(bytes.length);
  const size = version * 4 + 17;
  const grid: Grid = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const fixed: Grid = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  drawPatterns(grid, fixed, version);
  drawData(grid, fixed, withCheckBytes(packData(bytes, version), version));
  const masked = MASKS.map((_, mask) => withMask(grid, fixed, mask));
  return masked.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
}

function smallestVersion(length: number): number {
  const version = BLOCKS.findIndex((_, index) => length + (index < 9 ? 2 : 3) <= dataBytes(index + 1)) + 1;
  if (version === 0) throw new RangeError(`a text of ${length} bytes is too long for a QR code`);
  return version;
}

/** Bytes that hold data and error correction together. */
function totalBytes(version: number): number {
  const alignments = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const alignmentBits = version === 1 ? 0 : (25 * alignments - 10) * alignments - 55;
  const bits = (16 * version + 128) * version + 64 - alignmentBits - (version >= 7 ? 36 : 0);
  return Math.floor(bits / 8);
}

function dataBytes(version: number): number {
  return totalBytes(version) - (CHECK_BYTES[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0);
}

/** Mode, length, the bytes, an end, and padding. */
function packData(bytes: Uint8Array, version: number): number[] {
  const capacity = dataBytes(version);
  const bits = [
    toBits(0b0100, 4),
    toBits(bytes.length, version < 10 ? 8 : 16),
    ...[...bytes].map((byte) => toBits(byte, 8)),
  ].join('');
  const ended = bits.padEnd(Math.min(bits.length + 4, capacity * 8), '0');
  const whole = ended.padEnd(Math.ceil(ended.length / 8) * 8, '0');
  const packed = (whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return [
    ...packed,
    ...Array.from({ length: capacity - packed.length }, (_, index) => (index % 2 === 0 ? 0xec : 0x11)),
  ];
}

function toBits(value: number, length: number): string {
  return value.toString(2).padStart(length, '0');
}

/** Splits the data into blocks, adds error correction to each, and weaves them together. */
function withCheckBytes(data: number[], version: number): number[] {
  const blocks = BLOCKS[version - 1] ?? 1;
  const checkLength = CHECK_BYTES[version - 1] ?? 0;
  const shortLength = Math.floor(data.length / blocks);
  const longBlocks = data.length % blocks;
  let from = 0;
  const parts = Array.from({ length: blocks }, (_, index) => {
    const length = shortLength + (index < blocks - longBlocks ? 0 : 1);
    const part = data.slice(from, from + length);
    from += length;
    return part;
  });
  const divisor = generator(checkLength);
  const checks = parts.map((part) => remainder(part, divisor));
  const woven = (lists: number[][], length: number) =>
    Array.from({ length }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
  return [...woven(parts, shortLength + 1), ...woven(checks, checkLength)];
}

/** Multiplication in the field of 256 elements that Reed-Solomon codes count in. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function generator(degree: number): number[] {
  const result = Array<number>(degree).fill(0);
  result[degree - 1] = 1;
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let at = 0; at < degree; at++) {
      result[at] = multiply(result[at] ?? 0, root) ^ (result[at + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: number[], divisor: number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((coefficient, at) => {
      result[at] = (result[at] ?? 0) ^ multiply(coefficient, factor);
    });
  }
  return result;
}

function put(grid: Grid, x: number, y: number, dark: boolean): void {
  const row = grid[y];
  if (row !== undefined && x >= 0 && x < grid.length) row[x] = dark;
}

/** Everything that is not data: corners, timing lines, alignment squares, version, and room for the format. */
function drawPatterns(grid: Grid, fixed: Grid, version: number): void {
  const size = grid.length;
  const draw = (x: number, y: number, dark: boolean) => {
    put(grid, x, y, dark);
    put(fixed, x, y, true);
  };
  for (let at = 0; at < size; at++) {
    draw(6, at, at % 2 === 0);
    draw(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    square(x, y, 4, (distance) => distance !== 2 && distance !== 4);
  }
  const centres = alignmentCentres(version);
  const last = centres.length - 1;
  centres.forEach((x, i) => {
    centres.forEach((y, j) => {
      const isCorner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!isCorner) square(x, y, 2, (distance) => distance !== 1);
    });
  });
  for (let at = 0; at < 9; at++) {
    if (at !== 6) {
      put(fixed, 8, at, true);
      put(fixed, at, 8, true);
    }
    if (at < 8) {
      put(fixed, size - 1 - at, 8, true);
      put(fixed, 8, size - 1 - at, true);
    }
  }
  draw(8, size - 8, true);
  if (version >= 7) drawVersion();

  function square(x: number, y: number, radius: number, isDark: (distance: number) => boolean): void {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) draw(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }

  function drawVersion(): void {
    const bits = (version << 12) | checkBits(version, 12, 0x1f25);
    for (let at = 0; at < 18; at++) {
      const dark = ((bits >>> at) & 1) === 1;
      const long = size - 11 + (at % 3);
      const short = Math.floor(at / 3);
      draw(long, short, dark);
      draw(short, long, dark);
    }
  }
}

function checkBits(value: number, length: number, divisor: number): number {
  let rest = value;
  for (let step = 0; step < length; step++) rest = (rest << 1) ^ ((rest >>> (length - 1)) * divisor);
  return rest;
}

function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const last = version * 4 + 10;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
}

/** Up and down in pairs of columns from the right, around what is fixed. */
function drawData(grid: Grid, fixed: Grid, bytes: number[]): void {
  const size = grid.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = upward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y]?.[x] || bit >= bytes.length * 8) continue;
        put(grid, x, y, (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1);
        bit++;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function withMask(grid: Grid, fixed: Grid, mask: number): Grid {
  const inverts = MASKS[mask];
  const masked = grid.map((row, y) => row.map((dark, x) => (fixed[y]?.[x] ? dark : dark !== inverts?.(x, y))));
  drawFormat(masked, mask);
  return masked;
}

function drawFormat(grid: Grid, mask: number): void {
  const size = grid.length;
  const value = (FORMAT_LEVEL_M << 3) | mask;
  const bits = ((value << 10) | checkBits(value, 10, 0x537)) ^ 0x5412;
  const isDark = (at: number) => ((bits >>> at) & 1) === 1;
  for (let at = 0; at < 6; at++) put(grid, 8, at, isDark(at));
  put(grid, 8, 7, isDark(6));
  put(grid, 8, 8, isDark(7));
  put(grid, 7, 8, isDark(8));
  for (let at = 9; at < 15; at++) put(grid, 14 - at, 8, isDark(at));
  for (let at = 0; at < 8; at++) put(grid, size - 1 - at, 8, isDark(at));
  for (let at = 8; at < 15; at++) put(grid, 8, size - 15 + at, isDark(at));
}

/** How hard a code is to read: long runs, squares of one colour, patterns like corners, an uneven share of dark. */
function penalty(grid: Grid): number {
  const columns = grid.map((_, x) => grid.map((row) => row[x] ?? false));
  const lines = [...grid, ...columns].map((line) => line.map((dark) => (dark ? '1' : '0')).join(''));
  const runs = lines.flatMap((line) => line.match(/0{5,}|1{5,}/g) ?? []).reduce((sum, run) => sum + run.length - 2, 0);
  const corners = lines.flatMap((line) => line.match(/(?=00001011101|10111010000)/g) ?? []).length * 40;
  let squares = 0;
  for (let y = 1; y < grid.length; y++) {
    for (let x = 1; x < grid.length; x++) {
      const dark = grid[y]?.[x];
      if (dark === grid[y - 1]?.[x] && dark === grid[y]?.[x - 1] && dark === grid[y - 1]?.[x - 1]) squares += 3;
    }
  }
  const share = grid.flat().filter(Boolean).length / grid.length ** 2;
  return runs + corners + squares + Math.floor(Math.abs(share - 0.5) * 20) * 10;
}
