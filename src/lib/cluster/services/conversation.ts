import { ClusterError } from '../errors.js';

/** A whole join takes no longer than this (join §2.2). */
const JOIN_LIMIT_MS = 60_000;

/** Reads a stream's messages one at a time, for as long as a join may take. */
export interface Inbox<T> {
  /** @throws ClusterError BadParameter when the client has stopped talking, LimitExceeded when it took too long. */
  next(): Promise<T>;
  close(): void;
}

export function openInbox<T>(messages: AsyncIterable<T>, limitMs = JOIN_LIMIT_MS): Inbox<T> {
  const iterator = messages[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ClusterError('LimitExceeded', 'the join took too long')), limitMs);
  });
  overdue.catch(() => undefined); // nobody may be waiting when the time is up
  return {
    async next() {
      const { done, value } = await Promise.race([iterator.next(), overdue]);
      if (done) throw new ClusterError('BadParameter', 'the client ended the join before it was complete');
      return value;
    },
    close: () => clearTimeout(timer),
  };
}
