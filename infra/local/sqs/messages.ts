import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import type { Draft } from './draft.ts';
import { checkRange } from './integer.ts';
import { type MessageRow, messageRows } from './message-rows.ts';
import type { Queue, Queues } from './queues.ts';
import { readReceiptHandle, writeReceiptHandle } from './receipt-handle.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';
import { queueTallies } from './tallies.ts';

/** A message in the hands of one receiver. */
export interface Received {
  readonly row: MessageRow;
  readonly receiptHandle: string;
  /** Receives over all queues, this one included. */
  readonly receiveCount: number;
  /** Unix epoch, milliseconds. */
  readonly firstReceivedAt: number;
}

export type Messages = ReturnType<typeof messageStore>;

/** SQS's limit for standard queues. */
export const MAX_IN_FLIGHT = 120_000;
const MAX_VISIBILITY_SECONDS = 43_200;

/**
 * The messages of all queues and the rules of their lives. `onVisible` is told of every queue that may have gained
 * visible messages.
 */
export function messageStore(options: {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly onVisible: (queue: Queue) => void;
  readonly maxInFlight: number;
}) {
  const { database, clock, queues, onVisible } = options;
  const rows = messageRows(database);
  const tallies = queueTallies(rows.totals());

  function expire(queue: Queue, now: number): void {
    const expired = rows.expire(queue.id, now - queue.settings.retentionSeconds * 1000);
    if (expired > 0) tallies.add(queue.id, -expired);
  }

  function counts(queue: Queue) {
    const now = clock.now();
    expire(queue, now);
    const { hidden, delayed } = rows.hidden(queue.id, now);
    return { visible: tallies.of(queue.id).messages - hidden, notVisible: hidden - delayed, delayed };
  }

  /** How many messages more may be in flight. Counts exactly only when the cheap upper bound says that it must. */
  function roomInFlight(queue: Queue, wanted: number): number {
    const tally = tallies.of(queue.id);
    if (tally.inFlightAtMost + wanted > options.maxInFlight) tally.inFlightAtMost = counts(queue).notVisible;
    return Math.max(0, options.maxInFlight - tally.inFlightAtMost);
  }

  /** The next visible messages; those that were received too often leave for the dead-letter queue on the way. */
  function selectLiving(queue: Queue, now: number, max: number): MessageRow[] {
    const { redrive } = queue.settings;
    const deadLetterQueue = redrive && queues.byArn(redrive.deadLetterTargetArn);
    for (;;) {
      const found = rows.visible(queue.id, now, max);
      if (!redrive || !deadLetterQueue) return found;
      const dead = found.filter((row) => row.receive_count >= redrive.maxReceiveCount);
      if (dead.length === 0) return found;
      transaction(database, () => {
        for (const row of dead) rows.moveDead(row.sequence, deadLetterQueue.id, now, queue.arn);
      });
      tallies.add(queue.id, -dead.length);
      tallies.add(deadLetterQueue.id, dead.length);
      onVisible(deadLetterQueue);
    }
  }

  function toReceived(queue: Queue, row: MessageRow, now: number): Received {
    const receiveCount = row.earlier_receives + row.receive_count + 1;
    const receipt = { sequence: row.sequence, messageId: row.id, receive: receiveCount };
    const receiptHandle = writeReceiptHandle(queue, receipt);
    return { row, receiptHandle, receiveCount, firstReceivedAt: row.first_received_at ?? now };
  }

  /** The message of a handle while it is the newest handle of the message. */
  function findByHandle(queue: Queue, handle: string): MessageRow | undefined {
    const receipt = readReceiptHandle(queue, handle);
    const row = rows.find(receipt.sequence);
    const current = row?.queue === queue.id && row.id === receipt.messageId;
    return current && row.earlier_receives + row.receive_count === receipt.receive ? row : undefined;
  }

  return {
    rows,
    counts,
    /** Stores all drafts or none, and gives back their IDs. */
    send(queue: Queue, drafts: readonly Draft[], sender: string): string[] {
      const now = clock.now();
      const ids = drafts.map(() => randomUUID());
      const insertAll = () =>
        drafts.forEach((draft, index) => {
          rows.insert(newRow(queue, draft, ids[index] ?? '', sender, now));
        });
      if (drafts.length === 1) insertAll();
      else transaction(database, insertAll);
      tallies.add(queue.id, drafts.length);
      tallies.of(queue.id).sent += drafts.length;
      onVisible(queue);
      return ids;
    },
    /** Takes up to `max` visible messages and hides them. Throws `OverLimit` with 120,000 in flight. */
    take(queue: Queue, max: number, visibilitySeconds: number): Received[] {
      const now = clock.now();
      expire(queue, now);
      const room = roomInFlight(queue, max);
      if (room === 0) throw sqsError('OverLimit', `Too many messages are in flight: ${options.maxInFlight}.`);
      const living = selectLiving(queue, now, Math.min(max, room));
      if (living.length === 0) return [];
      const visibleAt = now + visibilitySeconds * 1000;
      transaction(database, () => {
        for (const row of living) rows.receive(row.sequence, visibleAt, now);
      });
      const tally = tallies.of(queue.id);
      tally.inFlightAtMost += living.length;
      tally.received += living.length;
      return living.map((row) => toReceived(queue, row, now));
    },
    /** Deletes the message if the handle is its newest; an older handle succeeds and does nothing, which SQS allows. */
    remove(queue: Queue, handle: string): void {
      const row = findByHandle(queue, handle);
      if (!row) return;
      rows.remove(row.sequence);
      tallies.add(queue.id, -1);
      tallies.of(queue.id).deleted += 1;
    },
    /** Hides a message that is in flight for `seconds` from now; at most 12 hours from its receive on. */
    changeVisibility(queue: Queue, handle: string, seconds: number): void {
      checkRange('VisibilityTimeout', seconds, 0, MAX_VISIBILITY_SECONDS);
      const now = clock.now();
      expire(queue, now);
      const row = findByHandle(queue, handle);
      if (!row) {
        const reason = 'Message does not exist or is not available for visibility timeout change.';
        throw invalidParameter(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
      }
      if (row.visible_at <= now) throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
      // Whole seconds, so that a receive for 12 hours can be confirmed at once.
      if (Math.floor((now - (row.received_at ?? now)) / 1000) + seconds > MAX_VISIBILITY_SECONDS) {
        const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`;
        throw invalidParameter(`Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: ${reason}`);
      }
      rows.hide(row.sequence, now + seconds * 1000);
      onVisible(queue);
    },
    /** Deletes every message of the queue. */
    purge(queue: Queue): void {
      rows.removeAll(queue.id);
      tallies.forget(queue.id);
    },
    /** When, after a Unix epoch in milliseconds, a message shows; that may have passed. */
    nextVisibleAt: (queue: Queue, after: number): number | undefined => rows.nextVisible(queue.id, after),
    /** Moves messages to other queues as new ones (new IDs, sent now) and stores what `alongside` stores in one step. */
    resend(queue: Queue, moves: readonly { row: MessageRow; to: Queue }[], alongside: () => void): void {
      const now = clock.now();
      transaction(database, () => {
        for (const { row, to } of moves) {
          rows.remove(row.sequence);
          rows.insert({ ...row, queue: to.id, id: randomUUID(), sent_at: now, visible_at: now });
        }
        alongside();
      });
      tallies.add(queue.id, -moves.length);
      for (const { to } of moves) {
        tallies.add(to.id, 1);
        onVisible(to);
      }
    },
    /** Counts for metrics: since the start of this process. */
    tally(queue: Queue) {
      const { sent, received, deleted } = tallies.of(queue.id);
      return { sent, received, deleted };
    },
    oldestSentAt: (queue: Queue): number | undefined => rows.oldest(queue.id),
  };
}

function newRow(queue: Queue, draft: Draft, id: string, sender: string, now: number) {
  const hasAttributes = draft.attributes !== undefined && Object.keys(draft.attributes).length > 0;
  return {
    queue: queue.id,
    id,
    body: draft.body,
    attributes: hasAttributes ? JSON.stringify(draft.attributes) : null,
    trace_header: draft.traceHeader ?? null,
    sender,
    sent_at: now,
    visible_at: now + (draft.delaySeconds ?? queue.settings.delaySeconds) * 1000,
    first_received_at: null,
    received_at: null,
    dead_letter_source: null,
  };
}
