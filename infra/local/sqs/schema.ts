import type { DatabaseSync } from 'node:sqlite';

/**
 * Creates SQS's tables. Times are Unix epochs in milliseconds. Messages have no index: the order of receiving is kept in
 * memory, and every change names its row.
 */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sqs_queue (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sqs_deleted_queue (name TEXT PRIMARY KEY, deleted_at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS sqs_message (
      sequence INTEGER PRIMARY KEY, queue INTEGER NOT NULL, id TEXT NOT NULL, sender TEXT NOT NULL,
      sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
      earlier_receives INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, received_at INTEGER,
      dead_letter_source TEXT, body TEXT NOT NULL, attributes TEXT, trace_header TEXT
    ) STRICT;
    -- Indexes of former versions.
    DROP INDEX IF EXISTS sqs_message_by_visibility;
    DROP INDEX IF EXISTS sqs_message_by_age;
    -- What has become of messages and does not stand in their rows yet, in its order: JSON.
    CREATE TABLE IF NOT EXISTS sqs_change (id INTEGER PRIMARY KEY, change TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS sqs_sequence (value INTEGER NOT NULL);
    INSERT INTO sqs_sequence SELECT coalesce(max(sequence), 0) FROM sqs_message
      WHERE NOT EXISTS (SELECT 1 FROM sqs_sequence);
    CREATE TABLE IF NOT EXISTS sqs_move_task (
      id TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, rate INTEGER, status TEXT NOT NULL,
      started_at INTEGER NOT NULL, last_sequence INTEGER NOT NULL, to_move INTEGER NOT NULL,
      moved INTEGER NOT NULL DEFAULT 0, failure_reason TEXT
    ) STRICT;
  `);
}
