/** What is known of a queue without counting rows. */
export interface Tally {
  /** Messages stored, exactly. */
  messages: number;
  /** At least as many as are in flight. */
  inFlightAtMost: number;
  sent: number;
  received: number;
  deleted: number;
}

/**
 * Running counts by queue, so that a poll of a queue's depth costs the same with 100,000 messages as with ten. The
 * upper bound starts high: messages of the run before may be in flight.
 */
export function queueTallies(stored: readonly { queue: number; messages: number }[]) {
  const tallies = new Map<number, Tally>();
  for (const { queue, messages } of stored) tallies.set(queue, { ...fresh(), messages, inFlightAtMost: messages });

  function of(queue: number): Tally {
    const known = tallies.get(queue);
    if (known) return known;
    const made = fresh();
    tallies.set(queue, made);
    return made;
  }
  return {
    of,
    add(queue: number, messages: number): void {
      of(queue).messages += messages;
    },
    /** Every message is gone; what was counted since the start stays. */
    forget(queue: number): void {
      Object.assign(of(queue), { messages: 0, inFlightAtMost: 0 });
    },
  };
}

function fresh(): Tally {
  return { messages: 0, inFlightAtMost: 0, sent: 0, received: 0, deleted: 0 };
}
