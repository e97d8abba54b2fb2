import { ClusterError } from '../errors.js';
import type { ReadTransaction, StoredItem } from '../storage/backend.js';

/** Largest page of most listings; also the default (wire §6.1, §6.4). */
export const MAX_PAGE_SIZE = 1000;

export interface PageRequest {
  /** 0 or more than the limit: the limit. */
  size: number;
  /** As answered with the page before; empty for the first page. */
  token: string;
}

export interface Page {
  items: StoredItem[];
  /** Empty after the last page. Opaque to clients; here, the last name of the page. */
  nextToken: string;
}

/** One page of a kind, in the order of names. */
export function listPage(
  transaction: ReadTransaction,
  kind: string,
  { size, token }: PageRequest,
  { maxSize = MAX_PAGE_SIZE, prefix }: { maxSize?: number; prefix?: string } = {},
): Page {
  if (size < 0) throw new ClusterError('BadParameter', `page size must not be negative, got ${size}`);
  const limit = size === 0 || size > maxSize ? maxSize : size;
  const found = transaction.list(kind, {
    limit: limit + 1,
    ...(token === '' ? {} : { after: token }),
    ...(prefix === undefined ? {} : { prefix }),
  });
  const items = found.slice(0, limit);
  return { items, nextToken: found.length > limit ? (items.at(-1)?.name ?? '') : '' };
}
