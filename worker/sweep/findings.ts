import { errorWords } from '../../core/error-words.ts';
import type { SweepReport } from '../../core/sweep-report.ts';
import type { Logger } from '../processor.ts';

type Heading = 'v' | 'startedAt' | 'finishedAt' | 'milliseconds' | 'taskArn' | 'end' | 'heldBy';
type Usage = 'requests' | 'peakMib';

/** What a sweep counts as it goes: the report without its heading. */
export type Counts = { -readonly [Name in Exclude<keyof SweepReport, Heading | Usage>]: SweepReport[Name] };

/** What a sweep has found so far. */
export interface Findings {
  readonly counts: Counts;
  /** Notes something that could not be done; the sweep goes on. */
  problem(what: string, error: unknown): void;
}

/** A log is no place for ten thousand lines of one fault. */
const LOGGED = 50;

export function createFindings(logger: Logger): Findings {
  const counts: Counts = {
    scanned: 0,
    withOutcome: 0,
    young: 0,
    waiting: 0,
    inWork: 0,
    requeued: { service: 0, task: 0 },
    lost: 0,
    sample: [],
    followedUp: 0,
    pointers: { checked: 0, moved: 0 },
    overdue: 0,
    digests: 0,
    problems: 0,
  };
  return {
    counts,
    problem(what, error) {
      counts.problems += 1;
      if (counts.problems <= LOGGED) logger.warn({ what, error: errorWords(error) }, 'left to the next sweep');
    },
  };
}
