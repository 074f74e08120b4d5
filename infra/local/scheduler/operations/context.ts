import type { Clock } from '../../clock.ts';
import type { SchedulerStore, StoredSchedule } from '../store.ts';
import type { Ticker } from '../ticker.ts';

/** What the operations work on. */
export interface SchedulerContext {
  readonly store: SchedulerStore;
  readonly ticker: Ticker;
  readonly clock: Clock;
}

/** Dates travel as seconds since the epoch. */
export function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** A schedule in the API's shape. */
export function describeSchedule(store: SchedulerStore, stored: StoredSchedule) {
  const { startDate, endDate, ...schedule } = stored.schedule;
  return {
    ...schedule,
    Arn: store.arnOf(schedule),
    StartDate: toSeconds(startDate),
    EndDate: toSeconds(endDate),
    CreationDate: toSeconds(stored.createdAt),
    LastModificationDate: toSeconds(stored.modifiedAt),
  };
}
