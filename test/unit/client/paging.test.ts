import { describe, expect, it } from '@jest/globals';
import { readPages } from '../../../src/lib/client/rpc.js';

const pages: Record<string, { items: number[]; next: string }> = {
  '': { items: [1, 2], next: 'b' },
  b: { items: [], next: 'c' },
  c: { items: [3], next: '' },
};

describe('readPages', () => {
  it('walks through all pages, empty ones among them', async () => {
    const items: number[] = [];

    for await (const item of readPages(async (token) => pages[token] as { items: number[]; next: string }))
      items.push(item);

    expect(items).toEqual([1, 2, 3]);
  });

  it('does not go round for ever with a server that gives the same page again', async () => {
    const read = async () => {
      for await (const _item of readPages(async () => ({ items: [1], next: 'b' })));
    };
    await expect(read()).rejects.toMatchObject({ code: 'unknown' });
  });

  it('asks for a page only when its first item is wanted', async () => {
    const asked: string[] = [];
    const fetch = async (token: string) => {
      asked.push(token);
      return pages[token] as { items: number[]; next: string };
    };

    for await (const item of readPages(fetch)) if (item === 2) break;

    expect(asked).toEqual(['']);
  });
});
