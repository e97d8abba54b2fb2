import { describe, expect, it } from '@jest/globals';
import { type BotConfig, emptyConfig } from '../../../src/lib/agent/config.js';
import { MemoryDestination } from '../../../src/lib/agent/destinations/memory.js';
import { reload } from '../../../src/lib/agent/reload.js';
import { contextForTests } from './world.js';

/** Wishes to reload, as signals of the process make them. */
function wishes() {
  let wish = new AbortController();
  return {
    come: () => wish.abort(),
    next() {
      if (wish.signal.aborted) wish = new AbortController();
      return wish.signal;
    },
  };
}

describe('reload', () => {
  const storage = new MemoryDestination();

  it('hears a wish that comes while the configuration is read', async () => {
    const { context } = contextForTests();
    const { come, next } = wishes();
    const load = async () => {
      come();
      return context;
    };
    come();
    const setup = await reload({ context, outputs: [], wish: next() }, { storage, nextReload: next, load });

    expect(setup.wish.aborted).toBe(true);
  });

  it('keeps what it had when the configuration cannot be read, and hears the next wish', async () => {
    const { context, lines } = contextForTests();
    const { come, next } = wishes();
    const load = () => Promise.reject(new Error('no such file'));
    const setup = await reload({ context, outputs: [], wish: next() }, { storage, nextReload: next, load });

    expect(setup).toMatchObject({ context, outputs: [] });
    expect(lines.join('')).toMatch(/going on with the one before error:\[no such file\]/);
    come();
    expect(setup.wish.aborted).toBe(true);
  });

  it('says what only another start takes up', async () => {
    const { context, lines } = contextForTests();
    const config: BotConfig = { ...emptyConfig(), storage: { type: 'memory' }, diagAddr: '127.0.0.1:3001' };
    const { next } = wishes();
    await reload(
      { context, outputs: [], wish: next() },
      { storage, nextReload: next, load: async () => ({ ...context, config }) },
    );

    expect(lines.filter((line) => /waits for the next start/.test(line))).toEqual([
      expect.stringMatching(/key:storage/),
      expect.stringMatching(/key:diag_addr/),
    ]);
  });
});
