import { type ScalerRecord, scalerRecordSchema } from '../core/scaler-record.ts';
import { type Bucket, readRecord, type Stored, swapRecord } from './record.ts';

/** The scaler's turn and memory. */
export interface ScalerStore {
  /** Undefined before the first tick. */
  read(): Promise<Stored<ScalerRecord> | undefined>;
  /**
   * Writes the record and gives its ETag; undefined when it has changed since `etag` was read (undefined: since there was
   * none). An answer that got lost is settled by reading back whose record stands.
   */
  write(record: ScalerRecord, etag: string | undefined): Promise<string | undefined>;
}

const KEY = 'locks/scaler';

/** The record as `locks/scaler` in the results bucket. */
export function createScalerStore(bucket: Bucket): ScalerStore {
  const read = () => readRecord(bucket, KEY, scalerRecordSchema);
  return {
    read,
    async write(record, etag) {
      const written = await swapRecord(bucket, KEY, record, etag === undefined ? 'absent' : { etag });
      if (written !== undefined) return written;
      const standing = await read();
      const { owner, until, asleep } = standing?.record ?? {};
      const own = owner === record.owner && until === record.until && asleep === record.asleep;
      return own ? standing?.etag : undefined;
    },
  };
}
