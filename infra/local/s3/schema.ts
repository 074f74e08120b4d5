import type { DatabaseSync } from 'node:sqlite';

/**
 * The tables of S3. Keys are TEXT in UTF-8, so SQLite's own order is S3's. `sequence` rises with every change of any
 * object, across restarts: it orders the versions of a key, and is the sequencer of their events.
 */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS s3_sequence (value INTEGER NOT NULL);
    INSERT INTO s3_sequence SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM s3_sequence);

    CREATE TABLE IF NOT EXISTS s3_bucket (
      name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, versioning TEXT,
      event_bridge INTEGER NOT NULL DEFAULT 0, policy TEXT
    ) WITHOUT ROWID;

    CREATE TABLE IF NOT EXISTS s3_version (
      sequence INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
      is_latest INTEGER NOT NULL, delete_marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
      modified_at INTEGER NOT NULL, attributes TEXT NOT NULL, segments TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS s3_version_by_key ON s3_version (bucket, key, sequence DESC);
    CREATE UNIQUE INDEX IF NOT EXISTS s3_version_latest ON s3_version (bucket, key) WHERE is_latest = 1;
    -- An index of former versions.
    DROP INDEX IF EXISTS s3_version_current;
    CREATE TABLE IF NOT EXISTS s3_inline_body (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

    CREATE TABLE IF NOT EXISTS s3_upload (
      sequence INTEGER PRIMARY KEY, upload_id TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL, key TEXT NOT NULL,
      started_at INTEGER NOT NULL, attributes TEXT NOT NULL, checksum TEXT
    );
    CREATE INDEX IF NOT EXISTS s3_upload_by_key ON s3_upload (bucket, key, sequence);
    CREATE TABLE IF NOT EXISTS s3_part (
      upload INTEGER NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
      modified_at INTEGER NOT NULL, segments TEXT NOT NULL, checksum TEXT,
      PRIMARY KEY (upload, number)
    ) WITHOUT ROWID;
  `);
}
