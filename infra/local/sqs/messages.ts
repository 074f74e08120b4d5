import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import type { Draft } from './draft.ts';
import { checkRange } from './integer.ts';
import { type IndexedMessage, messageIndex } from './message-index.ts';
import { applyChange, type MessageContent, type MessageRow, messageRows, type NewRow } from './message-rows.ts';
import type { Queue, Queues } from './queues.ts';
import { type Receipt, readReceiptHandle, writeReceiptHandle } from './receipt-handle.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';
import { queueTallies, type Tally } from './tallies.ts';

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
 * visible messages. Whatever changes is stored first and noted in memory afterwards, so that an error leaves both alike.
 */
export function messageStore(options: {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly onVisible: (queue: Queue) => void;
  readonly maxInFlight: number;
}) {
  const { database, clock, queues, onVisible } = options;
  const rows = messageRows(database, (sequence) => index.find(sequence));
  const index = messageIndex(rows.states);
  index.load();
  const tallyOf = queueTallies();

  function removeAll(messages: readonly IndexedMessage[]): void {
    rows.remove(messages.map(({ sequence }) => sequence));
    for (const message of messages) index.remove(message);
  }

  function expire(queue: Queue, now: number): void {
    const limit = now - queue.settings.retentionSeconds * 1000;
    if (!index.holdsOlder(queue.id, limit)) return;
    removeAll(index.sentBy(queue.id, limit));
  }

  function counts(queue: Queue) {
    const now = clock.now();
    expire(queue, now);
    return index.counts(queue.id, now);
  }

  /** The next visible messages; those that were received too often leave for the dead-letter queue on the way. */
  function takeLiving(queue: Queue, now: number, max: number): IndexedMessage[] {
    const { deadLetterTargetArn, maxReceiveCount = Number.POSITIVE_INFINITY } = queue.settings.redrive ?? {};
    const deadLetterQueue = deadLetterTargetArn === undefined ? undefined : queues.byArn(deadLetterTargetArn);
    if (!deadLetterQueue) return index.take(queue.id, now, max);
    const dead: IndexedMessage[] = [];
    const living = index.take(queue.id, now, max, (message) => {
      const isDead = message.receive_count >= maxReceiveCount;
      if (isDead) dead.push(message);
      return !isDead;
    });
    if (dead.length > 0) bury(dead, queue, deadLetterQueue, now);
    return living;
  }

  function bury(dead: readonly IndexedMessage[], queue: Queue, deadLetterQueue: Queue, at: number): void {
    const change = { kind: 'bury', queue: deadLetterQueue.id, at, source: queue.arn } as const;
    const sequences = dead.map(({ sequence }) => sequence);
    rows.bury(sequences, change.queue, at, change.source);
    for (const message of dead) index.change(message, () => applyChange(message, { ...change, sequences }), at);
    onVisible(deadLetterQueue);
  }

  /** Messages with what they carry. */
  function rowsOf(messages: readonly IndexedMessage[]): MessageRow[] {
    const elsewhere = messages.filter(({ content }) => content === undefined).map(({ sequence }) => sequence);
    const contents = rows.contents(elsewhere);
    return messages.map((message) => rowOf(message, message.content ?? contents.get(message.sequence)));
  }

  function rowOf(message: IndexedMessage, content: MessageContent | undefined): MessageRow {
    if (!content) throw new Error(`Message ${message.id} has lost what it carries.`);
    const { body, md5, attributes, trace_header } = content;
    return {
      sequence: message.sequence,
      queue: message.queue,
      id: message.id,
      sender: message.sender,
      sent_at: message.sent_at,
      visible_at: message.visible_at,
      receive_count: message.receive_count,
      earlier_receives: message.earlier_receives,
      first_received_at: message.first_received_at,
      received_at: message.received_at,
      dead_letter_source: message.dead_letter_source,
      body,
      md5,
      attributes,
      trace_header,
    };
  }

  function toReceived(queue: Queue, row: MessageRow, now: number): Received {
    const receiveCount = row.earlier_receives + row.receive_count + 1;
    const receipt = { sequence: row.sequence, messageId: row.id, receive: receiveCount };
    const receiptHandle = writeReceiptHandle(queue, receipt);
    return { row, receiptHandle, receiveCount, firstReceivedAt: row.first_received_at ?? now };
  }

  /** The message of a handle while it is the newest handle of the message. */
  function findByHandle(queue: Queue, handle: string): IndexedMessage | undefined {
    return findByReceipt(queue, readReceiptHandle(queue, handle));
  }

  function findByReceipt(queue: Queue, receipt: Receipt): IndexedMessage | undefined {
    const message = index.find(receipt.sequence);
    if (message?.id !== receipt.messageId || message.queue !== queue.id) return undefined;
    return message.earlier_receives + message.receive_count === receipt.receive ? message : undefined;
  }

  function insert(row: NewRow, now: number): void {
    const { queue, id, sender, sent_at, visible_at, body, md5, attributes, trace_header } = row;
    const sequence = rows.insert(row);
    const state = { sequence, queue, id, sender, sent_at, visible_at, receive_count: 0, earlier_receives: 0 };
    index.add({ ...state, ...UNRECEIVED }, { body, md5, attributes, trace_header }, now);
  }

  return {
    counts,
    /** Reads everything again from the database: a commit that was counted on has failed. */
    reload: index.load,
    /** Stores all drafts or none, and gives back their IDs. */
    send(queue: Queue, drafts: readonly Draft[], sender: string): string[] {
      const now = clock.now();
      const newRows = drafts.map((draft) => newRow(queue, draft, randomUUID(), sender, now));
      const insertAll = () => {
        for (const row of newRows) insert(row, now);
      };
      if (drafts.length === 1) insertAll();
      else transaction(database, insertAll);
      tallyOf(queue.id).sent += drafts.length;
      onVisible(queue);
      return newRows.map(({ id }) => id);
    },
    /** Whether there is a message to take. */
    hasSome(queue: Queue): boolean {
      const { visible, notVisible } = counts(queue);
      return visible > 0 && notVisible < options.maxInFlight;
    },
    /** Takes up to `max` visible messages and hides them. Throws `OverLimit` with 120,000 in flight. */
    take(queue: Queue, max: number, visibilitySeconds: number): Received[] {
      const now = clock.now();
      expire(queue, now);
      const room = options.maxInFlight - index.counts(queue.id, now).notVisible;
      if (room <= 0) throw sqsError('OverLimit', `Too many messages are in flight: ${options.maxInFlight}.`);
      const living = takeLiving(queue, now, Math.min(max, room));
      if (living.length === 0) return [];
      const visibleAt = now + visibilitySeconds * 1000;
      const received = rowsOf(living).map((row) => toReceived(queue, row, now));
      rows.receive(
        living.map(({ sequence }) => sequence),
        visibleAt,
        now,
      );
      for (const message of living) {
        message.visible_at = visibleAt;
        message.receive_count += 1;
        message.received_at = now;
        message.first_received_at ??= now;
        index.insert(message, now);
      }
      tallyOf(queue.id).received += living.length;
      return received;
    },
    /** Deletes the messages whose newest receipts these are; an older one does nothing, which SQS allows. */
    remove(queue: Queue, receipts: readonly Receipt[]): void {
      const found = new Set(receipts.flatMap((receipt) => findByReceipt(queue, receipt) ?? []));
      removeAll([...found]);
      tallyOf(queue.id).deleted += found.size;
    },
    /** Hides a message that is in flight for `seconds` from now; at most 12 hours from its receive on. */
    changeVisibility(queue: Queue, handle: string, seconds: number): void {
      checkRange('VisibilityTimeout', seconds, 0, MAX_VISIBILITY_SECONDS);
      const now = clock.now();
      expire(queue, now);
      const message = findByHandle(queue, handle);
      if (!message) {
        const reason = 'Message does not exist or is not available for visibility timeout change.';
        throw invalidParameter(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
      }
      if (message.visible_at <= now) throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
      // Whole seconds, so that a receive for 12 hours can be confirmed at once.
      if (Math.floor((now - (message.received_at ?? now)) / 1000) + seconds > MAX_VISIBILITY_SECONDS) {
        const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`;
        throw invalidParameter(`Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: ${reason}`);
      }
      const visibleAt = now + seconds * 1000;
      rows.hide([message.sequence], visibleAt);
      index.change(
        message,
        () => {
          message.visible_at = visibleAt;
        },
        now,
      );
      onVisible(queue);
    },
    /** Deletes every message of the queue. */
    purge(queue: Queue): void {
      rows.removeAll(queue.id);
      index.clear(queue.id);
    },
    /** When, after a Unix epoch in milliseconds, a message shows; that may have passed. */
    nextVisibleAt: (queue: Queue, after: number): number | undefined => index.nextVisibleAt(queue.id, after),
    /** No message that is sent later has a lower sequence number. */
    lastSequence: rows.lastSequence,
    /** Visible messages up to a sequence number, in the order of receiving. */
    movable(queue: Queue, lastSequence: number, max: number): MessageRow[] {
      const now = clock.now();
      const found = index.take(queue.id, now, max, ({ sequence }) => sequence <= lastSequence);
      for (const message of found) index.insert(message, now);
      return rowsOf(found);
    },
    /** Moves messages to other queues as new ones (new IDs, sent now) and stores what `alongside` stores in one step. */
    resend(moves: readonly { row: MessageRow; to: Queue }[], alongside: () => void): void {
      const now = clock.now();
      const sources = moves.flatMap(({ row }) => index.find(row.sequence) ?? []);
      transaction(database, () => {
        alongside();
        removeAll(sources);
        for (const { row, to } of moves) {
          insert({ ...row, queue: to.id, id: randomUUID(), sent_at: now, visible_at: now, ...UNRECEIVED }, now);
        }
      });
      for (const to of new Set(moves.map((move) => move.to))) onVisible(to);
    },
    /** Counts for metrics: since the start of this process. */
    tally: (queue: Queue): Readonly<Tally> => ({ ...tallyOf(queue.id) }),
    /** Unix epoch in milliseconds; undefined for an empty queue. */
    oldestSentAt(queue: Queue): number | undefined {
      const oldest = index.oldest(queue.id);
      return Number.isFinite(oldest) ? oldest : undefined;
    },
  };
}

const UNRECEIVED = { first_received_at: null, received_at: null, dead_letter_source: null };

function newRow(queue: Queue, draft: Draft, id: string, sender: string, now: number): NewRow {
  const hasAttributes = draft.attributes !== undefined && Object.keys(draft.attributes).length > 0;
  return {
    queue: queue.id,
    id,
    body: draft.body,
    md5: draft.md5,
    attributes: hasAttributes ? JSON.stringify(draft.attributes) : null,
    trace_header: draft.traceHeader ?? null,
    sender,
    sent_at: now,
    visible_at: now + (draft.delaySeconds ?? queue.settings.delaySeconds) * 1000,
    ...UNRECEIVED,
  };
}
