import type { JobId } from '../core/job.ts';
import { type Outcome, outcomeSchema, recordKeys } from '../core/outcome.ts';
import { type Bucket, readRecord, writeRecord } from './record.ts';

/** The commit point: one outcome per job, created once. */
export interface OutcomeStore {
  /** Undefined while the job has none. */
  read(jobId: JobId): Promise<Outcome | undefined>;
  /**
   * Creates the outcome with `If-None-Match: *` and gives back the one that stands: this one, or the one that another
   * attempt committed first. A timeout or a conflict is settled by reading back.
   */
  commit(outcome: Outcome): Promise<{ outcome: Outcome; won: boolean }>;
}

/** Outcomes as `outcomes/<jobId>.json` in the results bucket. */
export function createOutcomeStore(bucket: Bucket): OutcomeStore {
  const read = async (jobId: JobId) =>
    (await readRecord(bucket, recordKeys.outcome(jobId), outcomeSchema))?.record as Outcome | undefined;

  async function commit(outcome: Outcome): Promise<{ outcome: Outcome; won: boolean }> {
    let failure: unknown;
    try {
      if (await writeRecord(bucket, recordKeys.outcome(outcome.jobId), outcome, 'absent'))
        return { outcome, won: true };
    } catch (error) {
      // No answer, or a bad one, says nothing about what was stored.
      failure = error;
    }
    const standing = await read(outcome.jobId);
    if (standing === undefined)
      throw failure ?? new Error(`The outcome of ${outcome.jobId} was refused and is absent.`);
    // The SDK may have sent a put again whose first answer got lost; then the record that "was there first" is ours.
    return { outcome: standing, won: isSame(standing, outcome) };
  }

  return { read, commit };
}

function isSame(standing: Outcome, ours: Outcome): boolean {
  return (
    standing.taskArn === ours.taskArn &&
    standing.startedAt === ours.startedAt &&
    standing.finishedAt === ours.finishedAt
  );
}
