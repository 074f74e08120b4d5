import { type Heap, heapOf, type Ordered } from './message-heap.ts';
import type { MessageContent, MessageState } from './message-rows.ts';

/** A message as it is kept in memory: its content only while there is room. */
export interface IndexedMessage extends MessageState, Ordered {
  content: MessageContent | undefined;
}

/** The messages of one queue, in their order. */
interface Line {
  readonly ready: Heap<IndexedMessage>;
  /** In flight or delayed; until somebody looks, also those whose time has just come. */
  readonly hidden: Heap<IndexedMessage>;
  /** Of the hidden ones, those that nobody has received yet. */
  delayed: number;
  /** All of them by sequence number, as they came. */
  readonly members: Map<number, IndexedMessage>;
  /** When the newest was sent, as long as they came in the order in which they were sent: dead letters do not. */
  newestSentAt: number;
  inOrder: boolean;
  /** No message was sent before, Unix epoch in milliseconds. */
  oldestAtLeast: number;
}

/** Every message's state in memory: which is next, and how many there are, costs no look into the database. */
export type MessageIndex = ReturnType<typeof messageIndex>;

/** Contents in memory, in characters: with a hundred thousand small messages most of them wait on disk alone. */
const CONTENT_ROOM = 8 * 2 ** 20;

/** Makes the index of what is stored. */
export function messageIndex(stored: () => Iterable<MessageState>) {
  const bySequence = new Map<number, IndexedMessage>();
  const lines = new Map<number, Line>();
  let room = CONTENT_ROOM;

  function load(): void {
    bySequence.clear();
    lines.clear();
    room = CONTENT_ROOM;
    for (const state of stored()) add(state, undefined, Number.NEGATIVE_INFINITY);
  }

  function lineOf(queue: number): Line {
    const known = lines.get(queue);
    if (known) return known;
    const made = {
      ready: heapOf(comesFirst),
      hidden: heapOf(comesFirst),
      delayed: 0,
      members: new Map<number, IndexedMessage>(),
      newestSentAt: Number.NEGATIVE_INFINITY,
      inOrder: true,
      oldestAtLeast: Number.POSITIVE_INFINITY,
    };
    lines.set(queue, made);
    return made;
  }

  function add(state: MessageState, content: MessageContent | undefined, now: number): void {
    const size = content === undefined ? 0 : sizeOf(content);
    const kept = size <= room ? content : undefined;
    if (kept !== undefined) room -= size;
    const message: IndexedMessage = { ...state, content: kept, place: 0 };
    bySequence.set(message.sequence, message);
    join(message);
    insert(message, now);
  }

  /** Makes a message one of its queue. */
  function join(message: IndexedMessage): void {
    const line = lineOf(message.queue);
    line.members.set(message.sequence, message);
    line.inOrder &&= message.sent_at >= line.newestSentAt;
    line.newestSentAt = message.sent_at;
    line.oldestAtLeast = Math.min(line.oldestAtLeast, message.sent_at);
  }

  /** Gives a message its place in the order of its queue. */
  function insert(message: IndexedMessage, now: number): void {
    const line = lineOf(message.queue);
    if (message.visible_at <= now) {
      line.ready.push(message);
      return;
    }
    if (message.receive_count === 0) line.delayed += 1;
    line.hidden.push(message);
  }

  /** Takes a message out of the order. */
  function lift(message: IndexedMessage): void {
    const line = lineOf(message.queue);
    if (line.ready.items()[message.place] === message) {
      line.ready.remove(message);
      return;
    }
    line.hidden.remove(message);
    if (message.receive_count === 0) line.delayed -= 1;
  }

  /** The line of a queue, with what has become visible among the ready ones. */
  function lineAt(queue: number, now: number): Line {
    const line = lineOf(queue);
    for (let next = line.hidden.first(); next && next.visible_at <= now; next = line.hidden.first()) {
      line.hidden.remove(next);
      if (next.receive_count === 0) line.delayed -= 1;
      line.ready.push(next);
    }
    return line;
  }

  function forget(message: IndexedMessage): void {
    bySequence.delete(message.sequence);
    if (message.content) room += sizeOf(message.content);
  }

  /** When the oldest message was sent, Unix epoch in milliseconds; infinity for none. */
  function oldest(queue: number): number {
    const { members, inOrder } = lineOf(queue);
    let least = Number.POSITIVE_INFINITY;
    for (const { sent_at: sentAt } of members.values()) {
      least = Math.min(least, sentAt);
      if (inOrder) break;
    }
    return least;
  }

  return {
    /** Reads what is stored, at the start and when a commit that was counted on has failed. */
    load,
    /** Adds what has been stored; the content stays in memory while there is room. */
    add,
    remove(message: IndexedMessage): void {
      lift(message);
      lineOf(message.queue).members.delete(message.sequence);
      forget(message);
    },
    find: (sequence: number): IndexedMessage | undefined => bySequence.get(sequence),
    /** Takes up to `max` visible messages out of their line, in the order of receiving, of those that fit. */
    take(queue: number, now: number, max: number, fits: (message: IndexedMessage) => boolean = () => true) {
      const { ready } = lineAt(queue, now);
      const passed: IndexedMessage[] = [];
      const taken: IndexedMessage[] = [];
      for (let first = ready.first(); first && taken.length < max; first = ready.first()) {
        ready.remove(first);
        (fits(first) ? taken : passed).push(first);
      }
      for (const message of passed) ready.push(message);
      return taken;
    },
    /** Gives a message that was taken its place again. */
    insert,
    /** Changes what the order depends on. */
    change(message: IndexedMessage, change: (message: IndexedMessage) => void, now: number): void {
      const { queue } = message;
      lift(message);
      change(message);
      insert(message, now);
      if (message.queue === queue) return;
      lineOf(queue).members.delete(message.sequence);
      join(message);
    },
    /** Every message of a queue goes. */
    clear(queue: number): void {
      for (const message of lineOf(queue).members.values()) forget(message);
      lines.delete(queue);
    },
    counts(queue: number, now: number) {
      const { ready, hidden, delayed } = lineAt(queue, now);
      return { visible: ready.size, notVisible: hidden.size - delayed, delayed };
    },
    /** When, after a moment, a message shows; a time that has passed counts as after. */
    nextVisibleAt(queue: number, after: number): number | undefined {
      const { ready, hidden } = lineOf(queue);
      const later = [...ready.items().filter(({ visible_at: at }) => at > after), hidden.first()];
      const next = later.reduce((least, message) => Math.min(least, message?.visible_at ?? Infinity), Infinity);
      return Number.isFinite(next) ? next : undefined;
    },
    oldest,
    /** Whether a message was sent at or before a moment. */
    holdsOlder(queue: number, moment: number): boolean {
      const line = lineOf(queue);
      if (line.oldestAtLeast > moment) return false;
      line.oldestAtLeast = oldest(queue);
      return line.oldestAtLeast <= moment;
    },
    /** The messages of a queue that were sent at or before a moment. */
    sentBy: (queue: number, moment: number): IndexedMessage[] =>
      [...lineOf(queue).members.values()].filter(({ sent_at: sentAt }) => sentAt <= moment),
  };
}

function comesFirst(a: IndexedMessage, b: IndexedMessage): boolean {
  if (a.visible_at !== b.visible_at) return a.visible_at < b.visible_at;
  if (a.receive_count !== b.receive_count) return a.receive_count < b.receive_count;
  return a.sequence < b.sequence;
}

function sizeOf({ body, attributes }: MessageContent): number {
  return body.length + (attributes?.length ?? 0);
}
