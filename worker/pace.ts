import { BATCH_LIMIT } from '../aws/job-queue.ts';

/** How fast jobs end, and what follows for how many messages may be received before a slot is free for them. */
export interface Pace {
  /** A job has ended after so many milliseconds of work. */
  ended(milliseconds: number): void;
  /** Messages that may wait for a slot; 0 unless jobs are short. */
  ahead(): number;
}

/** What waits for a slot here could run in another task: no more of it than is begun within this time. */
const AHEAD_MS = 200;
/** A message has up to 1 MiB. */
const MOST_AHEAD = 150;
/** A job's least weight in the mean, however many there were before it. */
const LEAST_WEIGHT = 1 / 32;

/**
 * Jobs of a tenth of a second would spend as much again on waiting for their messages, or a call for each of them, so as
 * many are received ahead as the slots begin within `AHEAD_MS`. Where that is less than a whole batch, calls are few
 * anyway: nothing is held that another task could work on.
 */
export function createPace(slots: number): Pace {
  let jobs = 0;
  let meanMs = 0;
  return {
    ended(milliseconds) {
      jobs += 1;
      meanMs += (milliseconds - meanMs) * Math.max(LEAST_WEIGHT, 1 / jobs);
    },
    ahead() {
      if (jobs === 0) return 0;
      const begun = Math.floor((slots * AHEAD_MS) / Math.max(1, meanMs));
      return begun < BATCH_LIMIT ? 0 : Math.min(MOST_AHEAD, begun);
    },
  };
}
