import type { JobId } from '../core/job.ts';
import { type Journal, journalSchema, recordKeys } from '../core/outcome.ts';
import { type Bucket, readRecord, type Stored, swapRecord } from './record.ts';

/** The attempts of each job, changed with compare-and-swap. */
export interface JournalStore {
  /** Undefined before the first attempt. */
  read(jobId: JobId): Promise<Stored<Journal> | undefined>;
  /** Its new ETag; undefined when it has changed since `etag` was read (undefined: since there was none). */
  write(journal: Journal, etag: string | undefined): Promise<string | undefined>;
}

/** Journals as `journal/<jobId>.json` in the results bucket. */
export function createJournalStore(bucket: Bucket): JournalStore {
  return {
    read: (jobId) => readRecord(bucket, recordKeys.journal(jobId), journalSchema),
    write: (journal, etag) =>
      swapRecord(bucket, recordKeys.journal(journal.jobId), journal, etag === undefined ? 'absent' : { etag }),
  };
}
