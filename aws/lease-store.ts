import { recordKeys } from '../core/outcome.ts';
import { type SweepLease, sweepLeaseSchema } from '../core/sweep-lease.ts';
import { type Bucket, readRecord, type Stored, writeRecord } from './record.ts';

/** Whose turn it is to sweep. */
export interface LeaseStore {
  /** Undefined before the first sweep. */
  read(): Promise<Stored<SweepLease> | undefined>;
  /** False when it has changed since `etag` was read (undefined: since there was none). */
  write(lease: SweepLease, etag: string | undefined): Promise<boolean>;
}

/** The lease as `locks/sweep` in the results bucket. */
export function createLeaseStore(bucket: Bucket): LeaseStore {
  const key = recordKeys.sweepLease();
  return {
    read: () => readRecord(bucket, key, sweepLeaseSchema),
    write: (lease, etag) => writeRecord(bucket, key, lease, etag === undefined ? 'absent' : { etag }),
  };
}
