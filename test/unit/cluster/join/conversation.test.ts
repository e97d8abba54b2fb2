import { describe, expect, it } from '@jest/globals';
import { openInbox } from '../../../../src/lib/cluster/services/conversation.js';

describe('openInbox', () => {
  it('gives up on a client that says nothing for as long as a join may take', async () => {
    const inbox = openInbox(silence(), 1);
    await expect(inbox.next()).rejects.toMatchObject({ code: 'limit_exceeded' });
    inbox.close();
  });

  it('refuses the end of the stream where a message is due', async () => {
    const inbox = openInbox(messages());
    expect(await inbox.next()).toBe(1);
    await expect(inbox.next()).rejects.toMatchObject({ code: 'bad_parameter' });
    inbox.close();
  });
});

async function* messages() {
  yield 1;
}

function silence(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
}
