import type { Clock } from '../core/clock.ts';
import type { MarkStore } from './mark-store.ts';

/** How many tasks may be launched again at once, all jobs together. */
export interface RetryBudget {
  /** Enters a stopped task's successor; false when so many were entered in these ten minutes that it has to wait. */
  take(id: string): Promise<boolean>;
}

const WINDOW_MS = 10 * 60_000;

/** A third of a task a second, where RunTask takes twenty: first launches never queue behind retries. */
const PER_WINDOW = 200;

/**
 * Counts in S3: each retry is a mark below the window's prefix, so one that is entered twice counts once, and as many may
 * be entered at the same time as like.
 */
export function createRetryBudget(
  marks: MarkStore,
  clock: Pick<Clock, 'now'>,
  perWindow: number = PER_WINDOW,
): RetryBudget {
  return {
    async take(id) {
      const now = clock.now();
      const window = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS).toISOString().slice(0, 16).replace(':', '-');
      await marks.set(`retries/${window}Z/${id}`, { by: id, at: new Date(now).toISOString() });
      for await (const page of marks.list(`retries/${window}Z/`, { pageSize: perWindow + 1 })) {
        return page.length <= perWindow;
      }
      return true;
    },
  };
}
