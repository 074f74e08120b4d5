import type { DatabaseSync } from 'node:sqlite';

/** Creates SQS's tables. Times are Unix epochs in milliseconds. */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sqs_queue (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
      modified_at INTEGER NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS sqs_deleted_queue (name TEXT PRIMARY KEY, deleted_at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS sqs_message (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
      attributes TEXT, trace_header TEXT, sender TEXT NOT NULL, sent_at INTEGER NOT NULL,
      visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
      earlier_receives INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, received_at INTEGER,
      dead_letter_source TEXT
    ) STRICT;
    -- The order of receiving, and (covering) the exact counts of hidden and delayed messages.
    CREATE INDEX IF NOT EXISTS sqs_message_by_visibility ON sqs_message (queue, visible_at, receive_count);
    -- Retention and the age of the oldest message.
    CREATE INDEX IF NOT EXISTS sqs_message_by_age ON sqs_message (queue, sent_at);
    CREATE TABLE IF NOT EXISTS sqs_move_task (
      id TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, rate INTEGER, status TEXT NOT NULL,
      started_at INTEGER NOT NULL, last_sequence INTEGER NOT NULL, to_move INTEGER NOT NULL,
      moved INTEGER NOT NULL DEFAULT 0, failure_reason TEXT
    ) STRICT;
  `);
}
