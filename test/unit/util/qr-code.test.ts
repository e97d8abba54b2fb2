import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { qrCode } from '../../../src/lib/util/qr-code.js';

const drawn = (text: string) => qrCode(text).map((row) => row.map((dark) => (dark ? '#' : '.')).join(''));

describe('QR codes', () => {
  it('are those of another implementation', () => {
    expect(drawn('hello world')).toEqual([
      '#######..#.##.#######',
      '#.....#...#...#.....#',
      '#.###.#.####..#.###.#',
      '#.###.#.###.#.#.###.#',
      '#.###.#.#.#.#.#.###.#',
      '#.....#.#..#..#.....#',
      '#######.#.#.#.#######',
      '........#.#..........',
      '#.#####..#.#..#####..',
      '.##.##.#.#.########.#',
      '#.#.####.##.###..###.',
      '#.#..#...#.###..###..',
      '...#.#####..###.....#',
      '........#.#.#...##..#',
      '#######....#..#...##.',
      '#.....#.#....#.#.####',
      '#.###.#.#..#..##....#',
      '#.###.#.##..######...',
      '#.###.#.##..#..#..#..',
      '#.....#..##.##..###..',
      '#######.##.##.#.#..#.',
    ]);
  });

  it.each([
    [145, 49, '37e54eddaaf26dd046a936383682abd90768b7c082e89fd01f2820256037edbe'],
    [600, 93, '87558b5e1f1ff341b011c70ba3c4e7697bce65bee1f07c55c6ea4d2125778a4b'],
  ])('of %d bytes are too', (length, size, digest) => {
    const rows = drawn('x'.padEnd(length, 'y'));

    expect(rows).toHaveLength(size);
    expect(createHash('sha256').update(rows.join('\n')).digest('hex')).toBe(digest);
  });

  it('are refused for texts that are too long', () => {
    expect(() => qrCode('x'.repeat(1000))).toThrow(RangeError);
  });
});
