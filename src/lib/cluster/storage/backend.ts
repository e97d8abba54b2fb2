/** One resource as the store keeps it. */
export interface StoredItem {
  /** Resource kind, such as `token`; the first half of the key. */
  kind: string;
  /** Name within the kind; the second half of the key. May hold `/`. */
  name: string;
  /** Protobuf bytes of the resource. */
  value: Uint8Array;
  /** Changes with every write; UUID text. */
  revision: string;
  /** From this moment on the item is invisible. */
  expires?: Date;
}

/** What a writer gives; the store makes the revision. */
export type NewItem = Omit<StoredItem, 'revision'>;

export interface ListOptions {
  /** Only names that sort after this one (the last name of the page before). */
  after?: string;
  /** At most so many items; no limit unless given. */
  limit?: number;
  /** Only names that begin with this. */
  prefix?: string;
}

/** A consistent view of the store. Valid only inside the function that it was handed to. */
export interface ReadTransaction {
  get(kind: string, name: string): StoredItem | undefined;
  /** Items of a kind, in ascending byte order of their names. */
  list(kind: string, options?: ListOptions): StoredItem[];
}

/** Sees its own writes at once. Whatever it wrote is taken back if the function throws. */
export interface Transaction extends ReadTransaction {
  /** Creates or replaces. Rules such as "must not exist" or "revision must match" are the caller's: `get` first. */
  put(item: NewItem): StoredItem;
  /** @returns whether there was a (visible) item. */
  delete(kind: string, name: string): boolean;
}

/** The cluster's only persistent state. Functions given to `read` and `write` are synchronous. */
export interface Store {
  read<T>(fn: (transaction: ReadTransaction) => T): T;
  /**
   * Resolves after the change is on disk. Writes that are asked for in one turn of the event loop
   * are committed together; one that throws rejects alone.
   */
  write<T>(fn: (transaction: Transaction) => T): Promise<T>;
  /**
   * A number that changes with every write to one of these kinds: what was read of them stays true while it is the same
   * and nothing of it expires.
   */
  changes(kinds: readonly string[]): number;
  /** Calls a listener after each commit, until the function that is returned is called. Listeners must not throw. */
  onCommit(listener: () => void): () => void;
  /** Commits what was asked for before, then lets go of the data folder; later calls are refused. */
  close(): void;
}
