import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';

/** An item of a durable queue. */
export interface QueuedItem {
  readonly id: string;
  /** Items of one lane share a limit: the target's ARN, the function's name. */
  readonly lane: string;
  readonly body: string;
  /** Runs that ended in a retry so far. */
  readonly attempts: number;
  /** Unix epoch, milliseconds. */
  readonly createdAt: number;
}

/** An item on its way into a durable queue. */
export interface NewItem {
  /** A random UUID when left out. */
  readonly id?: string;
  readonly lane: string;
  readonly body: string;
  /** Unix epoch, milliseconds; now when left out. */
  readonly dueAt?: number;
}

/** The rows of a durable queue. Times are Unix epochs in milliseconds. */
export interface DurableQueueStore {
  insert(items: readonly (NewItem & { id: string })[], now: number): void;
  replace(id: string, follow: readonly (NewItem & { id: string })[], now: number): void;
  postpone(id: string, dueAt: number, attempts: number, body: string): void;
  dueLanes(now: number): string[];
  due(lane: string, now: number, limit: number): QueuedItem[];
  nextDue(after: number): number | undefined;
  size(): number;
}

/** The rows of a durable queue. The table's name is ours, never a caller's input. */
export function durableQueueStore(database: DatabaseSync, table: string): DurableQueueStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, body TEXT NOT NULL,
      attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ${table}_by_lane ON ${table} (lane, due_at, sequence);
    CREATE INDEX IF NOT EXISTS ${table}_by_due ON ${table} (due_at);
  `);
  const insert = database.prepare(
    `INSERT INTO ${table} (id, lane, body, attempts, created_at, due_at) VALUES (?, ?, ?, 0, ?, ?)`,
  );
  const remove = database.prepare(`DELETE FROM ${table} WHERE id = ?`);
  const postpone = database.prepare(`UPDATE ${table} SET due_at = ?, attempts = ?, body = ? WHERE id = ?`);
  // Few lanes, many rows: hop from lane to lane through the index instead of reading every row.
  const dueLanes = database.prepare(`
    WITH RECURSIVE lanes (lane) AS (
      SELECT min(lane) FROM ${table}
      UNION ALL
      SELECT (SELECT min(lane) FROM ${table} WHERE lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL
    )
    SELECT lane FROM lanes WHERE lane IS NOT NULL
      AND EXISTS (SELECT 1 FROM ${table} AS item WHERE item.lane = lanes.lane AND item.due_at <= ?)`);
  const due = database.prepare(
    `SELECT id, lane, body, attempts, created_at AS createdAt FROM ${table}
     WHERE lane = ? AND due_at <= ? ORDER BY due_at, sequence LIMIT ?`,
  );
  const nextDue = database.prepare(`SELECT min(due_at) AS dueAt FROM ${table} WHERE due_at > ?`);
  const size = database.prepare(`SELECT count(*) AS items FROM ${table}`);

  function insertAll(items: readonly (NewItem & { id: string })[], now: number): void {
    for (const item of items) insert.run(item.id, item.lane, item.body, now, item.dueAt ?? now);
  }
  return {
    insert: (items, now) => transaction(database, () => insertAll(items, now)),
    replace: (id, follow, now) =>
      transaction(database, () => {
        remove.run(id);
        insertAll(follow, now);
      }),
    postpone: (id, dueAt, attempts, body) => void postpone.run(dueAt, attempts, body, id),
    dueLanes: (now) => dueLanes.all(now).map((row) => String(row.lane)),
    due: (lane, now, limit) => due.all(lane, now, limit) as unknown as QueuedItem[],
    nextDue: (after) => (nextDue.get(after)?.dueAt ?? undefined) as number | undefined,
    size: () => Number(size.get()?.items ?? 0),
  };
}
