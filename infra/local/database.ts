import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the stand-in's one database file. Write-ahead log without fsync: what a call has acknowledged survives
 * `kill -9` of the process (the page cache holds it), though not a power cut.
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'slipway.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000;');
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
