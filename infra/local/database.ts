import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the stand-in's one database file. Write-ahead log without fsync: what a call has acknowledged survives
 * `kill -9` of the process (the page cache holds it), though not a power cut. The file is this process's alone, which halves
 * the cost of a commit: nothing has to be locked for others to see.
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'slipway.sqlite'));
  database.exec(`PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;`);
  return database;
}

/** Runs `action` in one transaction, the caller's own when it has one open: all of it is stored, or none. */
export function transaction<Result>(database: DatabaseSync, action: () => Result): Result {
  if (database.isTransaction) return action();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
