import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../util/clock.js';
import { ClusterError } from '../errors.js';
import type { ListOptions, NewItem, ReadTransaction, Store, StoredItem, Transaction } from './backend.js';
import { claimFolder, unusable } from './folder-claim.js';
import { migrate } from './migrations.js';

/** The database's name inside the data folder. */
export const DATABASE_FILE = 'cluster.db';

const SWEEP_INTERVAL_MS = 60_000;
/** Sorts after every name that begins with a prefix. */
const LAST_CHARACTER = '\u{10ffff}';

interface Job {
  run: (transaction: Transaction) => void;
  /** Called after the commit. */
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Opens, or creates, the cluster's database in a data folder, for this process alone.
 * @throws CodedError `cluster_in_use`, `cluster_data_unreadable` or `cluster_data_too_new`.
 */
export function openSqliteStore({ folder, clock }: { folder: string; clock: Clock }): Store {
  const path = join(folder, DATABASE_FILE);
  let database: DatabaseSync | undefined;
  try {
    makeFolder(folder);
    makePrivate(path);
    database = new DatabaseSync(path);
    claimFolder(database, folder);
    migrate(database, folder);
    return new SqliteStore(database, clock);
  } catch (error) {
    database?.close();
    throw unusable(error, folder);
  }
}

/** Step by step: Node's own recursive form never returns where the system refuses a folder with ENOENT, as in /proc. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * The database holds the authorities' private keys, and the folder may be one that others can read. SQLite gives the files
 * beside the database the same permissions.
 */
function makePrivate(path: string): void {
  const file = openSync(path, 'a', 0o600);
  fchmodSync(file, 0o600);
  closeSync(file);
}

/** node:sqlite is synchronous, so nothing runs between the statements of one read or one group of writes. */
class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #transaction: Transaction;
  readonly #changes = new ChangeCounter();
  readonly #listeners = new Set<() => void>();
  readonly #sweep;
  #waiting: Job[] = [];
  #nextSweep = 0;
  #open = true;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#transaction = prepareTransaction(database, clock, this.#changes);
    this.#sweep = database.prepare('DELETE FROM item WHERE expires <= ?');
  }

  read<T>(fn: (transaction: ReadTransaction) => T): T {
    if (!this.#open) throw stopping();
    return fn(this.#transaction);
  }

  write<T>(fn: (transaction: Transaction) => T): Promise<T> {
    if (!this.#open) return Promise.reject(stopping());
    return new Promise((resolve, reject) => {
      let result: T;
      const run = (transaction: Transaction) => {
        result = fn(transaction);
      };
      this.#waiting.push({ run, resolve: () => resolve(result), reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#commitWaiting());
    });
  }

  changes(kinds: readonly string[]): number {
    return this.#changes.of(kinds);
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#commitWaiting();
    this.#database.close();
  }

  #commitWaiting(): void {
    if (this.#waiting.length === 0) return;
    const jobs = this.#waiting;
    this.#waiting = [];
    let done: Job[];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      this.#sweepExpired();
      done = jobs.filter((job) => this.#runInSavepoint(job));
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.#changes.undone();
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const job of done) job.resolve();
    for (const listener of this.#listeners) if (this.#open) listener();
  }

  #runInSavepoint(job: Job): boolean {
    this.#database.exec('SAVEPOINT job');
    try {
      job.run(this.#transaction);
      this.#database.exec('RELEASE job');
      return true;
    } catch (error) {
      this.#database.exec('ROLLBACK TO job; RELEASE job');
      this.#changes.undone();
      job.reject(error);
      return false;
    }
  }

  #sweepExpired(): void {
    const now = this.#clock().getTime();
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + SWEEP_INTERVAL_MS;
    this.#sweep.run(now);
  }
}

/** Counts writes, by kind. What is taken back counts as a change of every kind. */
class ChangeCounter {
  readonly #byKind = new Map<string, number>();
  #undone = 0;

  changed(kind: string): void {
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
  }

  undone(): void {
    this.#undone++;
  }

  of(kinds: readonly string[]): number {
    return kinds.reduce((sum, kind) => sum + (this.#byKind.get(kind) ?? 0), this.#undone);
  }
}

function stopping(): ClusterError {
  return new ClusterError('ConnectionProblem', 'the cluster is stopping');
}

interface Row {
  kind: string;
  name: string;
  value: Uint8Array;
  revision: string;
  expires: number | null;
}

function prepareTransaction(database: DatabaseSync, clock: Clock, changes: ChangeCounter): Transaction {
  const select = 'SELECT kind, name, value, revision, expires FROM item WHERE kind = ?';
  const visible = '(expires IS NULL OR expires > ?)';
  const getOne = database.prepare(`${select} AND name = ? AND ${visible}`);
  const listAll = database.prepare(`${select} AND name > ? AND ${visible} ORDER BY name LIMIT ?`);
  const listPrefix = database.prepare(
    `${select} AND name > ? AND ${visible} AND name >= ? AND name < ? ORDER BY name LIMIT ?`,
  );
  const put = database.prepare(
    'INSERT OR REPLACE INTO item (kind, name, value, revision, expires) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare(`DELETE FROM item WHERE kind = ? AND name = ? AND ${visible}`);
  const now = () => clock().getTime();

  return {
    get(kind: string, name: string): StoredItem | undefined {
      const row = getOne.get(kind, name, now()) as Row | undefined;
      return row && itemOf(row);
    },
    list(kind: string, { after = '', limit = -1, prefix }: ListOptions = {}): StoredItem[] {
      const rows =
        prefix === undefined
          ? listAll.all(kind, after, now(), limit)
          : listPrefix.all(kind, after, now(), prefix, prefix + LAST_CHARACTER, limit);
      return (rows as unknown as Row[]).map(itemOf);
    },
    put(item: NewItem): StoredItem {
      changes.changed(item.kind);
      const revision = randomUUID();
      put.run(item.kind, item.name, item.value, revision, item.expires?.getTime() ?? null);
      return { ...item, revision };
    },
    delete(kind: string, name: string): boolean {
      changes.changed(kind);
      return remove.run(kind, name, now()).changes === 1;
    },
  };
}

function itemOf({ expires, ...row }: Row): StoredItem {
  return expires === null ? { ...row } : { ...row, expires: new Date(expires) };
}
