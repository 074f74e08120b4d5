import type { WorkReports } from '../aws/work-reports.ts';
import type { Clock } from '../core/clock.ts';
import type { WorkReport } from '../core/scaling/work-rate.ts';
import type { Logger } from './processor.ts';
import type { WorkMeter } from './work-meter.ts';

/** Tells the scaler how fast this task works. */
export interface WorkReporter {
  /** A last report; resolves when it is made, or could not be. */
  stop(): Promise<void>;
}

export interface ReporterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often it is asked whether there is news, ms. */
const LOOK_MS = 30_000;
/** What is no news is told after this long all the same: it keeps what is known fresh. ms. */
const LONGEST_SILENCE_MS = 300_000;
/** Less work than this says nothing, slot-seconds. */
const LEAST_SLOT_SECONDS = 1;
/** Jobs that take this many times as long as before, or as short, are news. */
const NEWS = 1.25;

/** Reports half a minute after the first work, when the rate changes, and every five minutes of work. */
export function startWorkReports(
  meter: WorkMeter,
  reports: Pick<WorkReports, 'add'>,
  { clock, logger }: ReporterOptions,
): WorkReporter {
  const stopping = new AbortController();
  let last: WorkReport | undefined;

  async function report(): Promise<void> {
    const made = meter.take();
    try {
      await reports.add(made);
      last = made;
    } catch (error) {
      // The next one says as much: nothing waits for this.
      logger.warn({ error }, 'work not reported');
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOK_MS, stopping.signal);
      const due = stopping.signal.aborted ? meter.read().slotSeconds >= LEAST_SLOT_SECONDS : isNews(meter.read(), last);
      if (due) await report();
    }
  }

  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Whether work since the last report is worth a request. */
export function isNews(work: WorkReport, last: WorkReport | undefined): boolean {
  if (work.slotSeconds < LEAST_SLOT_SECONDS) return false;
  if (last === undefined || work.at - last.at >= LONGEST_SILENCE_MS) return true;
  const change = secondsOf(work) / secondsOf(last);
  return change > NEWS || change < 1 / NEWS;
}

/** Of one job; of one that is not over yet, what it has had. */
function secondsOf({ jobs, slotSeconds }: WorkReport): number {
  return Math.max(0.001, slotSeconds) / Math.max(1, jobs);
}
