import { type Outcome, recordKeys, timelineEntryOf } from '../core/outcome.ts';
import { type Bucket, writeRecord } from './record.ts';

/** Outcomes in the order of time, for listing. */
export interface TimelineStore {
  /** Adds an outcome; adding it again changes nothing. */
  add(outcome: Outcome): Promise<void>;
}

/** One small object per outcome under `timeline/`, its content derived from the outcome alone. */
export function createTimelineStore(bucket: Bucket): TimelineStore {
  return {
    async add(outcome) {
      await writeRecord(bucket, recordKeys.timeline(outcome), timelineEntryOf(outcome), 'always');
    },
  };
}
