import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../util/coded-error.js';

/** Step n takes a database from schema version n to n + 1. Steps are only ever added. */
const STEPS = [
  `CREATE TABLE item (
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     value BLOB NOT NULL,
     revision TEXT NOT NULL,
     expires INTEGER, -- milliseconds since 1970; NULL: never
     PRIMARY KEY (kind, name)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX item_by_expiry ON item (expires) WHERE expires IS NOT NULL;`,
];

/** Brings the schema up to date in one transaction. */
export function migrate(database: DatabaseSync, folder: string): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version === STEPS.length) return;
  if (version > STEPS.length) {
    throw new CodedError(
      'cluster_data_too_new',
      `the cluster data in ${folder} was written by a newer version of this program (schema ${version}, known up to ${STEPS.length})`,
      { hint: 'use the newer version, or another data folder' },
    );
  }
  const steps = STEPS.slice(version).join('\n');
  database.exec(`BEGIN; ${steps} PRAGMA user_version = ${STEPS.length}; COMMIT`);
}
