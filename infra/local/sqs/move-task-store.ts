import type { DatabaseSync } from 'node:sqlite';

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A task that moves messages out of a dead-letter queue. */
export interface MoveTask {
  readonly id: string;
  /** ARN of the dead-letter queue. */
  readonly source: string;
  /** ARN; null sends each message back to where it came from. */
  readonly destination: string | null;
  /** Messages per second, when the caller has set it. */
  readonly rate: number | null;
  readonly status: MoveTaskStatus;
  /** Unix epoch, milliseconds. */
  readonly started_at: number;
  /** Messages that came later are not the task's: it ends even when what it moved comes back. */
  readonly last_sequence: number;
  readonly to_move: number;
  readonly moved: number;
  readonly failure_reason: string | null;
}

export type MoveTaskStore = ReturnType<typeof moveTaskStore>;

/** The move tasks' table. */
export function moveTaskStore(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT INTO sqs_move_task (id, source, destination, rate, status, started_at, last_sequence, to_move)
    VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, ?)`);
  const find = database.prepare('SELECT * FROM sqs_move_task WHERE id = ?');
  const latest = database.prepare(
    'SELECT * FROM sqs_move_task WHERE source = ? ORDER BY started_at DESC, rowid DESC LIMIT ?',
  );
  const running = database.prepare("SELECT * FROM sqs_move_task WHERE status = 'RUNNING'");
  const advance = database.prepare('UPDATE sqs_move_task SET moved = moved + ? WHERE id = ?');
  const end = database.prepare('UPDATE sqs_move_task SET status = ?, failure_reason = ? WHERE id = ?');

  return {
    insert(task: Omit<MoveTask, 'status' | 'moved' | 'failure_reason'>): void {
      const { id, source, destination, rate, started_at, last_sequence, to_move } = task;
      insert.run(id, source, destination, rate, started_at, last_sequence, to_move);
    },
    find: (id: string) => find.get(id) as unknown as MoveTask | undefined,
    latest: (source: string, limit: number) => latest.all(source, limit) as unknown as MoveTask[],
    running: () => running.all() as unknown as MoveTask[],
    advance: (id: string, moved: number) => void advance.run(moved, id),
    end: (id: string, status: MoveTaskStatus, reason: string | null = null) => void end.run(status, reason, id),
  };
}
