import { type Latest, latestSchema, recordKeys } from '../core/outcome.ts';
import { type Bucket, readRecord, type Stored, writeRecord } from './record.ts';

/** Which version of a key is the newest complete one. */
export interface LatestStore {
  /** Undefined before the first complete version. */
  read(key: string): Promise<Stored<Latest> | undefined>;
  /** False when it has changed since `etag` was read (undefined: since there was none). */
  write(latest: Latest, etag: string | undefined): Promise<boolean>;
}

/** Pointers as `latest/<sha256(key)>.json` in the results bucket. */
export function createLatestStore(bucket: Bucket): LatestStore {
  return {
    read: (key) => readRecord(bucket, recordKeys.latest(key), latestSchema),
    write: (latest, etag) =>
      writeRecord(bucket, recordKeys.latest(latest.key), latest, etag === undefined ? 'absent' : { etag }),
  };
}
