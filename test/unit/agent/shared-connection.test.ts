import { expect, it } from '@jest/globals';
import type { Identity } from '../../../src/lib/agent/identity.js';
import { SharedConnection } from '../../../src/lib/agent/shared-connection.js';

class Line {
  isClosed = false;

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const identity = { clusterName: 'example.test' } as Identity;

it('works at the same time share a connection, which is closed after the last', async () => {
  const shared = new SharedConnection(async () => new Line());
  const short = shared.use(identity, async (line) => line);
  const long = shared.use(identity, async (line) => {
    await short;
    return { line, wasOpen: !line.isClosed };
  });

  const { line, wasOpen } = await long;
  expect(await short).toBe(line);
  expect(wasOpen).toBe(true);
  expect(line.isClosed).toBe(true);
});

it('work after work, and another identity, have connections of their own', async () => {
  const shared = new SharedConnection(async () => new Line());
  const first = await shared.use(identity, async (line) => line);
  const [second, third] = await Promise.all([
    shared.use(identity, async (line) => line),
    shared.use({ ...identity }, async (line) => line),
  ]);

  expect(new Set([first, second, third]).size).toBe(3);
  expect([first, second, third].every(({ isClosed }) => isClosed)).toBe(true);
});

it('connects again after a failure', async () => {
  const answers = [Promise.reject(new Error('refused')), Promise.resolve(new Line())];
  const shared = new SharedConnection(() => answers.shift() as Promise<Line>);

  await expect(shared.use(identity, async () => 1)).rejects.toThrow('refused');
  expect(await shared.use(identity, async () => 2)).toBe(2);
});
