import { isRedriveOf } from '../core/dead-letter.ts';
import type { JobId } from '../core/job.ts';
import { type Outcome, outcomeSchema, recordKeys } from '../core/outcome.ts';
import { type Bucket, readRecord, type Stored, type WriteCondition, writeRecord } from './record.ts';

/** The commit point: one outcome per job, created once; only a redrive replaces it, and only a failure. */
export interface OutcomeStore {
  /** Undefined while the job has none. */
  read(jobId: JobId): Promise<Outcome | undefined>;
  /**
   * Creates the outcome with `If-None-Match: *` and gives back the one that stands: this one, or the one that another
   * attempt committed first. A timeout or a conflict is settled by reading back. `failedAt` names the failure (by its
   * `finishedAt`) that a redrive may replace, and no other outcome: with `If-Match` on that very record.
   */
  commit(outcome: Outcome, failedAt?: string): Promise<{ outcome: Outcome; won: boolean }>;
}

/** Outcomes as `outcomes/<jobId>.json` in the results bucket. */
export function createOutcomeStore(bucket: Bucket): OutcomeStore {
  const readStored = async (jobId: JobId) => {
    const stored = await readRecord(bucket, recordKeys.outcome(jobId), outcomeSchema);
    return stored as Stored<Outcome> | undefined;
  };
  const read = async (jobId: JobId) => (await readStored(jobId))?.record;

  async function commit(outcome: Outcome, failedAt?: string): Promise<{ outcome: Outcome; won: boolean }> {
    let failure: unknown;
    try {
      const condition = await conditionFor(outcome.jobId, failedAt);
      if (await writeRecord(bucket, recordKeys.outcome(outcome.jobId), outcome, condition))
        return { outcome, won: true };
    } catch (error) {
      // No answer, or a bad one, says nothing about what was stored.
      failure = error;
    }
    const standing = await read(outcome.jobId);
    if (standing === undefined || (failure !== undefined && isRedriveOf(failedAt, standing)))
      throw failure ?? new Error(`The outcome of ${outcome.jobId} was refused and is absent.`);
    // The SDK may have sent a put again whose first answer got lost; then the record that "was there first" is ours.
    return { outcome: standing, won: isSame(standing, outcome) };
  }

  async function conditionFor(jobId: JobId, failedAt: string | undefined): Promise<WriteCondition> {
    const standing = failedAt === undefined ? undefined : await readStored(jobId);
    return standing !== undefined && isRedriveOf(failedAt, standing.record) ? { etag: standing.etag } : 'absent';
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
