import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';
import { risingNumbers } from '../sequence.ts';

/** What a message is and what has become of it. Times are Unix epochs in milliseconds. */
export interface MessageState {
  readonly sequence: number;
  queue: number;
  readonly id: string;
  readonly sender: string;
  readonly sent_at: number;
  visible_at: number;
  /** Receives from this queue. */
  receive_count: number;
  /** Receives from queues before it. */
  earlier_receives: number;
  first_received_at: number | null;
  received_at: number | null;
  dead_letter_source: string | null;
}

/** What a message carries. */
export interface MessageContent {
  readonly body: string;
  /** Of the body, in hexadecimal; only while it is known. */
  readonly md5?: string | undefined;
  /** JSON of the message attributes. */
  readonly attributes: string | null;
  readonly trace_header: string | null;
}

/** A message with its content. */
export type MessageRow = Readonly<MessageState> & MessageContent;

/** A message that is to be stored. */
export type NewRow = Omit<MessageRow, 'sequence' | 'receive_count' | 'earlier_receives'>;

export type MessageRows = ReturnType<typeof messageRows>;

const STATE = `sequence, queue, id, sender, sent_at, visible_at, receive_count, earlier_receives, first_received_at,
  received_at, dead_letter_source`;

/** Changes that are noted before they are made: enough that most messages are gone by then, few enough for a short pause. */
const NOTED_MOST = 500;

/** A change of some messages, as it is noted. */
type Change =
  | { readonly kind: 'receive'; readonly sequences: readonly number[]; readonly visibleAt: number; readonly at: number }
  | { readonly kind: 'hide'; readonly sequences: readonly number[]; readonly visibleAt: number }
  | {
      readonly kind: 'bury';
      readonly sequences: readonly number[];
      readonly queue: number;
      readonly at: number;
      readonly source: string;
    }
  | { readonly kind: 'remove'; readonly sequences: readonly number[] };

/**
 * The messages' table, and the changes of its rows: they are noted, one row for each call, and made together after some
 * hundreds. Most messages are received and deleted in that time, which then costs one deletion of a stretch of rows.
 */
export function messageRows(database: DatabaseSync, current: (sequence: number) => MessageState | undefined) {
  const nextSequence = risingNumbers(database, 'sqs_sequence');
  const insert = database.prepare(`
    INSERT INTO sqs_message (sequence, queue, id, body, attributes, trace_header, sender, sent_at, visible_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const states = database.prepare(`SELECT ${STATE} FROM sqs_message ORDER BY sequence`);
  const contents = database.prepare(`
    SELECT sequence, body, attributes, trace_header FROM sqs_message
    WHERE sequence IN (SELECT value FROM json_each(?))`);
  const note = database.prepare('INSERT INTO sqs_change (change) VALUES (?)');
  const noted = database.prepare('SELECT change FROM sqs_change ORDER BY id');
  const forget = database.prepare('DELETE FROM sqs_change');
  const update = database.prepare(`
    UPDATE sqs_message SET queue = ?, visible_at = ?, receive_count = ?, earlier_receives = ?, first_received_at = ?,
      received_at = ?, dead_letter_source = ? WHERE sequence = ?`);
  const removeStretch = database.prepare('DELETE FROM sqs_message WHERE sequence BETWEEN ? AND ?');
  const removeAll = database.prepare('DELETE FROM sqs_message WHERE queue = ?');
  const changed = new Set<number>();
  const removed = new Set<number>();
  let changes = 0;
  // Above all that were stored before the start.
  let newest = nextSequence();

  function write(change: Change): void {
    note.run(JSON.stringify(change));
    remember(change);
    if (changes >= NOTED_MOST) settleSoon();
  }

  function remember(change: Change): void {
    changes += 1;
    const [into, from] = change.kind === 'remove' ? [removed, changed] : [changed, removed];
    for (const sequence of change.sequences) {
      into.add(sequence);
      from.delete(sequence);
    }
  }

  let planned = false;
  function settleSoon(): void {
    if (planned) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      if (database.isOpen) settle();
    });
  }

  /** Makes the changes that are noted. */
  function settle(): void {
    transaction(database, () => {
      for (const [first, last] of stretchesOf(removed)) removeStretch.run(first, last);
      for (const sequence of changed) {
        const state = current(sequence);
        if (state) writeState(state);
      }
      forget.run();
    });
    changed.clear();
    removed.clear();
    changes = 0;
  }

  function writeState(state: MessageState): void {
    const { queue, visible_at, receive_count, earlier_receives, first_received_at, received_at } = state;
    const times = [first_received_at, received_at, state.dead_letter_source, state.sequence];
    update.run(queue, visible_at, receive_count, earlier_receives, ...times);
  }

  return {
    /** Stores a new message; gives its place in the order of sending. */
    insert(row: NewRow): number {
      const { queue, id, body, attributes, trace_header, sender, sent_at, visible_at } = row;
      newest = nextSequence();
      insert.run(newest, queue, id, body, attributes, trace_header, sender, sent_at, visible_at);
      return newest;
    },
    /** Every message, as the changes that are noted have left it. */
    states(): Iterable<MessageState> {
      changed.clear();
      removed.clear();
      changes = 0;
      const found = new Map<number, MessageState>();
      for (const row of states.iterate()) found.set(Number(row.sequence), { ...row } as unknown as MessageState);
      for (const row of noted.iterate()) {
        const change = JSON.parse(String(row.change)) as Change;
        remember(change);
        replay(change, found);
      }
      return found.values();
    },
    /** What messages carry, by their sequence numbers. */
    contents(sequences: readonly number[]): ReadonlyMap<number, MessageContent> {
      if (sequences.length === 0) return NO_CONTENTS;
      const found = contents.all(JSON.stringify(sequences)) as unknown as (MessageContent & { sequence: number })[];
      return new Map(found.map((row) => [row.sequence, row]));
    },
    receive: (sequences: readonly number[], visibleAt: number, at: number) =>
      write({ kind: 'receive', sequences, visibleAt, at }),
    hide: (sequences: readonly number[], visibleAt: number) => write({ kind: 'hide', sequences, visibleAt }),
    /** Moves messages to a dead-letter queue; `source` is the ARN of the one that they leave. */
    bury: (sequences: readonly number[], queue: number, at: number, source: string) =>
      write({ kind: 'bury', sequences, queue, at, source }),
    remove(sequences: readonly number[]): void {
      if (sequences.length > 0) write({ kind: 'remove', sequences });
    },
    removeAll(queue: number): void {
      settle();
      removeAll.run(queue);
    },
    /** No message that is sent later has a lower one. */
    lastSequence: () => newest,
  };
}

const NO_CONTENTS: ReadonlyMap<number, MessageContent> = new Map();

/** What a change does to a message. */
export function applyChange(state: MessageState, change: Exclude<Change, { kind: 'remove' }>): void {
  if (change.kind === 'receive') {
    state.visible_at = change.visibleAt;
    state.receive_count += 1;
    state.received_at = change.at;
    state.first_received_at ??= change.at;
  } else if (change.kind === 'hide') {
    state.visible_at = change.visibleAt;
  } else {
    state.queue = change.queue;
    state.visible_at = change.at;
    state.earlier_receives += state.receive_count;
    state.receive_count = 0;
    state.first_received_at = null;
    state.received_at = null;
    state.dead_letter_source = change.source;
  }
}

function replay(change: Change, states: Map<number, MessageState>): void {
  for (const sequence of change.sequences) {
    const state = states.get(sequence);
    if (change.kind === 'remove') states.delete(sequence);
    else if (state) applyChange(state, change);
  }
}

/** Numbers as stretches of neighbours. */
function stretchesOf(numbers: ReadonlySet<number>): [number, number][] {
  const stretches: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else stretches.push([number, number]);
  }
  return stretches;
}
