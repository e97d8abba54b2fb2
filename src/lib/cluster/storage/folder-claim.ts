import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../util/coded-error.js';
import { systemErrorCode } from '../../util/system-error.js';

/** Says who holds the folder, for the message to a second process. Never decides anything. */
const OWNER_FILE = 'cluster.pid';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Takes the data folder for this process: SQLite's exclusive mode holds an operating-system lock on the database
 * from the first transaction until the connection closes or the process ends, however it ends.
 */
export function claimFolder(database: DatabaseSync, folder: string): void {
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    throw sqliteCode(error) === SQLITE_BUSY ? inUse(folder, error) : error;
  }
  writeFileSync(join(folder, OWNER_FILE), `${process.pid}\n`, { mode: 0o600 });
}

/** Explains what the system or SQLite does not let one do with a data folder; other errors stay as they are. */
export function unusable(error: unknown, folder: string): unknown {
  if (error instanceof CodedError && error.code !== 'not_a_file') return error;
  const code = sqliteCode(error);
  if (code === SQLITE_NOTADB || code === SQLITE_CORRUPT) {
    return new CodedError('cluster_data_unreadable', `the cluster data in ${folder} is damaged`, {
      cause: error,
      hint: 'restore the folder from a copy, or use another data folder',
    });
  }
  if (code === undefined && systemErrorCode(error) === undefined) return error;
  return new CodedError(
    'cluster_data_unreadable',
    `${folder} cannot be used as data folder: ${(error as Error).message}`,
    {
      cause: error,
      hint: 'name a folder that you may write to, on a disk with room, or one that does not exist yet',
    },
  );
}

function inUse(folder: string, cause: unknown): CodedError {
  const owner = ownerOf(folder);
  return new CodedError(
    'cluster_in_use',
    `the data folder ${folder} is in use by another cluster${owner ? ` (process ${owner})` : ''}`,
    { cause, hint: 'stop that cluster first, or use another data folder' },
  );
}

function ownerOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, OWNER_FILE), 'utf8').trim();
  } catch {
    return undefined; // the owner may not have written it yet
  }
}

function sqliteCode(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff // the extended part says where it happened
    : undefined;
}
