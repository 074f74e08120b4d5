/** What one task did since its last report. */
export interface WorkReport {
  /** When it was made, Unix epoch, ms. */
  readonly at: number;
  /** Jobs that came to an end. */
  readonly jobs: number;
  /** Seconds that its slots were at work, together; jobs that still run count with what they have had so far. */
  readonly slotSeconds: number;
}

/** What was learnt from reports: sums that fade, JSON. */
export interface WorkRate {
  /** Of the newest report that is in it, Unix epoch, ms. */
  readonly at: number;
  readonly jobs: number;
  readonly slotSeconds: number;
}

/** Before anything was learnt: half a second of one slot a job. It counts as much as the report of one job. */
export const FIRST_GUESS: WorkRate = { at: 0, jobs: 1, slotSeconds: 0.5 };

/** What is known never counts for more than this many slot-seconds, so that new kinds of work are learnt in a minute. */
const MOST_SLOT_SECONDS = 240;
/** Nor for more jobs than this: of short jobs, this many say enough. */
const MOST_JOBS = 400;
/** A report may claim this many slot-seconds: 64 slots for five minutes. More is a mistake. */
const MOST_REPORTED_SECONDS = 19_200;
/** One round of reports moves the rate by this factor at most. */
const MOST_CHANGE = 8;
/** Seconds of one job that the rate can say: a millisecond to twelve hours, SQS's longest visibility. */
const LEAST_JOB_SECONDS = 0.001;
const MOST_JOB_SECONDS = 43_200;

/**
 * The rate after a round of reports. Jobs that run on count with the time they have had, so slow work is noticed before
 * the first of it is done. Reports that make no sense, and those that are in the rate already, are left out. Pure.
 */
export function learnRate(known: WorkRate | undefined, reports: readonly WorkReport[]): WorkRate {
  const before = known !== undefined && isSound(known) ? known : FIRST_GUESS;
  const fresh = reports.filter((report) => isSound(report) && isPossible(report) && report.at > before.at);
  if (fresh.length === 0) return before;
  const jobs = sum(fresh.map((report) => report.jobs));
  const slotSeconds = sum(fresh.map((report) => report.slotSeconds));
  if (jobs === 0 && slotSeconds === 0) return before;
  const at = Math.max(...fresh.map((report) => report.at));
  return { at, ...moved(before, faded({ jobs: before.jobs + jobs, slotSeconds: before.slotSeconds + slotSeconds })) };
}

/** Jobs per second of one task that works in all its slots. Above 0. */
export function jobsPerSecond(rate: WorkRate | undefined, slots: number): number {
  const known = rate !== undefined && isSound(rate) ? rate : FIRST_GUESS;
  return (slots >= 1 ? slots : 1) / secondsPerJob(known);
}

type Work = Pick<WorkRate, 'jobs' | 'slotSeconds'>;

/** Half a job more than were counted, as long as there is hardly one: no rate is 0, none endless. */
function secondsPerJob({ jobs, slotSeconds }: Work): number {
  return Math.min(MOST_JOB_SECONDS, Math.max(LEAST_JOB_SECONDS, slotSeconds / Math.max(jobs, 0.5)));
}

function faded({ jobs, slotSeconds }: Work): Work {
  const share = Math.min(1, MOST_JOBS / jobs, Math.max(MOST_SLOT_SECONDS / slotSeconds, 4 / jobs));
  return { jobs: jobs * share, slotSeconds: slotSeconds * share };
}

/** Not further from what was known than one round may move it. */
function moved(before: Work, after: Work): Work {
  const was = secondsPerJob(before);
  const is = Math.min(was * MOST_CHANGE, Math.max(was / MOST_CHANGE, secondsPerJob(after)));
  return { jobs: Math.max(after.jobs, 0.5), slotSeconds: is * Math.max(after.jobs, 0.5) };
}

function isSound({ at, jobs, slotSeconds }: WorkReport): boolean {
  return [at, jobs, slotSeconds].every((value) => Number.isFinite(value) && value >= 0);
}

function isPossible({ slotSeconds }: WorkReport): boolean {
  return slotSeconds <= MOST_REPORTED_SECONDS;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
