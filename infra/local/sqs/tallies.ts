/** What went through a queue since the start of this process. */
export interface Tally {
  sent: number;
  received: number;
  deleted: number;
}

/** Running counts by queue, for metrics. */
export function queueTallies() {
  const tallies = new Map<number, Tally>();
  return function tallyOf(queue: number): Tally {
    const known = tallies.get(queue);
    if (known) return known;
    const made = { sent: 0, received: 0, deleted: 0 };
    tallies.set(queue, made);
    return made;
  };
}
