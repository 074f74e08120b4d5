import type { DatabaseSync } from 'node:sqlite';

/** A stored message. Times are Unix epochs in milliseconds. */
export interface MessageRow {
  readonly sequence: number;
  readonly queue: number;
  readonly id: string;
  readonly body: string;
  /** JSON of the message attributes. */
  readonly attributes: string | null;
  readonly trace_header: string | null;
  readonly sender: string;
  readonly sent_at: number;
  readonly visible_at: number;
  /** Receives from this queue. */
  readonly receive_count: number;
  /** Receives from queues before it. */
  readonly earlier_receives: number;
  readonly first_received_at: number | null;
  readonly received_at: number | null;
  readonly dead_letter_source: string | null;
}

export type MessageRows = ReturnType<typeof messageRows>;

/** The statements over the messages' table. */
export function messageRows(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT INTO sqs_message (queue, id, body, attributes, trace_header, sender, sent_at, visible_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const visible = database.prepare(`
    SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ?
    ORDER BY visible_at, receive_count, sequence LIMIT ?`);
  const movable = database.prepare(`
    SELECT * FROM sqs_message WHERE queue = ? AND visible_at <= ? AND sequence <= ?
    ORDER BY visible_at, receive_count, sequence LIMIT ?`);
  const bySequence = database.prepare('SELECT * FROM sqs_message WHERE sequence = ?');
  const receive = database.prepare(`
    UPDATE sqs_message SET visible_at = ?, receive_count = receive_count + 1, received_at = ?,
      first_received_at = coalesce(first_received_at, ?) WHERE sequence = ?`);
  const hide = database.prepare('UPDATE sqs_message SET visible_at = ? WHERE sequence = ?');
  const moveDead = database.prepare(`
    UPDATE sqs_message SET queue = ?, visible_at = ?, earlier_receives = earlier_receives + receive_count,
      receive_count = 0, first_received_at = NULL, received_at = NULL, dead_letter_source = ? WHERE sequence = ?`);
  const remove = database.prepare('DELETE FROM sqs_message WHERE sequence = ?');
  const removeAll = database.prepare('DELETE FROM sqs_message WHERE queue = ?');
  const expire = database.prepare('DELETE FROM sqs_message WHERE queue = ? AND sent_at <= ?');
  const nextVisible = database.prepare(
    'SELECT min(visible_at) AS at FROM sqs_message WHERE queue = ? AND visible_at > ?',
  );
  const hidden = database.prepare(`
    SELECT count(*) AS hidden, coalesce(sum(receive_count = 0), 0) AS delayed FROM sqs_message
    WHERE queue = ? AND visible_at > ?`);
  const totals = database.prepare('SELECT queue, count(*) AS messages FROM sqs_message GROUP BY queue');
  const oldest = database.prepare('SELECT min(sent_at) AS at FROM sqs_message WHERE queue = ?');
  const lastSequence = database.prepare('SELECT max(sequence) AS sequence FROM sqs_message');

  return {
    insert(row: Omit<MessageRow, 'sequence' | 'receive_count' | 'earlier_receives'>): void {
      const { queue, id, body, attributes, trace_header, sender, sent_at, visible_at } = row;
      insert.run(queue, id, body, attributes, trace_header, sender, sent_at, visible_at);
    },
    visible: (queue: number, now: number, limit: number) => visible.all(queue, now, limit) as unknown as MessageRow[],
    /** Visible messages that are not younger than `lastSequence`. */
    movable: (queue: number, now: number, lastSequence: number, limit: number) =>
      movable.all(queue, now, lastSequence, limit) as unknown as MessageRow[],
    find: (sequence: number) => bySequence.get(sequence) as unknown as MessageRow | undefined,
    receive: (sequence: number, visibleAt: number, now: number) => void receive.run(visibleAt, now, now, sequence),
    hide: (sequence: number, visibleAt: number) => void hide.run(visibleAt, sequence),
    moveDead: (sequence: number, queue: number, now: number, sourceArn: string) =>
      void moveDead.run(queue, now, sourceArn, sequence),
    remove: (sequence: number) => void remove.run(sequence),
    removeAll: (queue: number) => void removeAll.run(queue),
    /** Returns how many were too old. */
    expire: (queue: number, sentAtOrBefore: number) => Number(expire.run(queue, sentAtOrBefore).changes),
    nextVisible: (queue: number, after: number) =>
      (nextVisible.get(queue, after)?.at ?? undefined) as number | undefined,
    hidden(queue: number, now: number): { hidden: number; delayed: number } {
      return hidden.get(queue, now) as unknown as { hidden: number; delayed: number };
    },
    totals: () => totals.all() as unknown as { queue: number; messages: number }[],
    oldest: (queue: number) => (oldest.get(queue)?.at ?? undefined) as number | undefined,
    lastSequence: () => Number(lastSequence.get()?.sequence ?? 0),
  };
}
