import type { WorkReport } from '../core/scaling/work-rate.ts';

/** Adds up what the slots of a task do. */
export interface WorkMeter {
  /** Runs work in a slot, and counts it when it comes to an end by itself. */
  measure<Result extends { readonly kind: string }>(work: () => Promise<Result>): Promise<Result>;
  /** Jobs that run now. */
  readonly running: number;
  /** What was done since the last `take`; jobs that still run count with the time they have had. */
  read(): WorkReport;
  /** Begins anew. */
  take(): WorkReport;
}

export function createWorkMeter(now: () => number): WorkMeter {
  let running = 0;
  let jobs = 0;
  let slotMs = 0;
  let since = now();

  function read(): WorkReport {
    const at = now();
    slotMs += running * Math.max(0, at - since);
    since = at;
    return { at, jobs, slotSeconds: slotMs / 1000 };
  }

  return {
    get running() {
      return running;
    },
    read,
    async measure(work) {
      read();
      running += 1;
      try {
        const end = await work();
        // What was stopped from outside says nothing of how long work takes; what failed took its time.
        if (end.kind !== 'stopped') jobs += 1;
        return end;
      } finally {
        read();
        running -= 1;
      }
    },
    take() {
      const report = read();
      jobs = 0;
      slotMs = 0;
      return report;
    },
  };
}
