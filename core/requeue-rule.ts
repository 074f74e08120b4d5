/** What the sweep makes of an object version that has no outcome. */
export type MissingVerdict =
  /** Its event may still be on its way. */
  | 'young'
  /** Nothing waits in its queue and nobody works on anything from there: its message is gone. */
  | 'lost'
  /** There is a backlog that it may be part of, and its turn to be put back has come. */
  | 'due'
  /** There is a backlog that it may be part of, and it was put back not long ago. */
  | 'waiting';

/** What is known of such a version. Milliseconds. */
export interface MissingFacts {
  readonly ageMs: number;
  readonly graceMs: number;
  /** Since the last sweep that saw everything; Infinity when there was none. */
  readonly sinceLastSweepMs: number;
  /** Neither waiting nor delayed nor in flight: no message at all. */
  readonly queueEmpty: boolean;
}

/**
 * SQS tells how many messages a queue has, not which. So an empty queue settles it. Otherwise a version is put back by the
 * first sweep after its age has passed the grace, and again after each doubling of that: at 10, 20, 40 … minutes. A lost
 * event is found by the first sweep in any case, and a backlog of four days (as long as a message lives) is never more
 * than ten messages a version, most of them in its first hours, however often the sweep runs.
 */
export function judgeMissing({ ageMs, graceMs, sinceLastSweepMs, queueEmpty }: MissingFacts): MissingVerdict {
  if (ageMs < graceMs) return 'young';
  if (queueEmpty) return 'lost';
  return turnsUntil(ageMs, graceMs) > turnsUntil(ageMs - sinceLastSweepMs, graceMs) ? 'due' : 'waiting';
}

/** How many turns a version of this age has had. Without a grace the first turn is at a second. */
function turnsUntil(ageMs: number, graceMs: number): number {
  const first = Math.max(graceMs, 1_000);
  return ageMs < first ? 0 : 1 + Math.floor(Math.log2(ageMs / first));
}
