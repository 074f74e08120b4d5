import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../core/clock.ts';
import type { JobId } from '../../core/job.ts';
import { type Outcome, outcomeSchema, recordKeys } from '../../core/outcome.ts';

export interface OutcomeWatch {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
  /** Jobs without an outcome yet; the watch takes them away as outcomes come. */
  readonly pending: Set<JobId>;
  onOutcome(outcome: Outcome): void;
  /** Whether more jobs may still be added to `pending`. */
  isOpen(): boolean;
  readonly signal: AbortSignal;
}

const POLL_MS = 250;
const HOUR_MS = 3_600_000;
/** A pointer's time is the worker's clock, not ours, and pointers of one moment become visible in any order. */
const OVERLAP_MS = 60_000;
/** Pointers are a convenience: jobs whose pointer does not come are asked for one by one, now and then. */
const DIRECT_EVERY_POLLS = 20;
const DIRECT_JOBS = 25;

/**
 * Waits until every pending job has an outcome, or the signal aborts. Follows the timeline's pointers, one listing for
 * any number of jobs, rather than asking for each outcome again and again.
 */
export async function awaitOutcomes(watch: OutcomeWatch): Promise<void> {
  const { clock, pending, signal } = watch;
  const from = clock.now() - OVERLAP_MS;
  let seenUntil = from;
  for (let poll = 1; !signal.aborted && (pending.size > 0 || watch.isOpen()); poll++) {
    const pollStartedAt = clock.now();
    for (const jobId of await finishedSince(watch, seenUntil)) {
      if (pending.has(jobId)) await take(watch, jobId);
    }
    seenUntil = Math.max(from, pollStartedAt - OVERLAP_MS);
    if (poll % DIRECT_EVERY_POLLS === 0) {
      for (const jobId of [...pending].slice(0, DIRECT_JOBS)) await take(watch, jobId);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function take(watch: OutcomeWatch, jobId: JobId): Promise<void> {
  const outcome = await readOutcome(watch.s3, watch.bucket, jobId);
  if (!outcome || !watch.pending.delete(jobId)) return;
  watch.onOutcome(outcome);
}

/** Job IDs of the timeline's pointers since a moment, oldest first. */
async function finishedSince(watch: OutcomeWatch, since: number): Promise<JobId[]> {
  const jobIds: JobId[] = [];
  for (let hour = Math.floor(since / HOUR_MS); hour <= Math.floor(watch.clock.now() / HOUR_MS); hour++) {
    const at = new Date(Math.max(since, hour * HOUR_MS)).toISOString();
    const startAfter = recordKeys.timeline({ jobId: '' as JobId, finishedAt: at });
    const prefix = startAfter.slice(0, startAfter.lastIndexOf('/') + 1);
    let token: string | undefined;
    do {
      const page = await watch.s3.send(
        new ListObjectsV2Command({
          Bucket: watch.bucket,
          Prefix: prefix,
          ...(token === undefined ? { StartAfter: startAfter } : { ContinuationToken: token }),
        }),
      );
      for (const { Key } of page.Contents ?? []) jobIds.push(jobIdOfPointer(Key ?? ''));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
  return jobIds;
}

function jobIdOfPointer(key: string): JobId {
  return key.slice(-'.json'.length - 64, -'.json'.length) as JobId;
}

/** A job's outcome, undefined while there is none. */
export async function readOutcome(s3: S3Client, bucket: string, jobId: JobId): Promise<Outcome | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: recordKeys.outcome(jobId) }));
    return outcomeSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
