import type { SweepReport } from '../../../core/sweep-report.ts';
import { EPOCH } from './scheduler.ts';
import type { Simulation } from './simulation.ts';
import { GRACE_MS } from './sweeps.ts';

/** Knows when a run is over: nothing moves, and a sweep that was late enough to see everything found nothing to do. */
export interface Stillness {
  readonly reached: boolean;
  /** Something was recorded, or lost. */
  moved(): void;
  swept(report: SweepReport): void;
}

/** Without a sweep to say so, a system is still when nothing has moved for this long. */
const QUIET_MS = 30 * 60_000;
const CHECK_MS = 60_000;

export function createStillness({ scheduler, mutation }: Simulation, isIdle: () => boolean): Stillness {
  let reached = false;
  let movedAt = EPOCH;

  function check(): void {
    if (!isIdle()) movedAt = scheduler.now();
    reached = scheduler.now() - movedAt > QUIET_MS;
    scheduler.after(CHECK_MS, check);
  }

  if (mutation?.sweep === false) check();
  return {
    get reached() {
      return reached;
    },
    moved() {
      movedAt = scheduler.now();
    },
    swept({ end, startedAt, requeued, young, waiting, inWork, followedUp, pointers }) {
      const open = requeued.service + requeued.task + young + waiting + inWork + followedUp + pointers.moved;
      // What is younger than the grace is left to those who may be at it.
      const sawAll = end === 'complete' && Date.parse(startedAt) - movedAt > GRACE_MS;
      reached = sawAll && open === 0 && isIdle();
    },
  };
}
