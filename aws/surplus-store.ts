import { type SurplusRecord, surplusRecordSchema } from '../core/surplus-record.ts';
import { type Bucket, readRecord, writeRecord } from './record.ts';

/** Which tasks are too many, from the scaler to the workers: a path that a network without a way out has too. */
export interface SurplusStore {
  /** Undefined before the first one. */
  read(): Promise<SurplusRecord | undefined>;
  write(record: SurplusRecord): Promise<void>;
}

const KEY = 'locks/surplus';

/** The record as `locks/surplus` in the results bucket. */
export function createSurplusStore(bucket: Bucket): SurplusStore {
  return {
    read: async () => (await readRecord(bucket, KEY, surplusRecordSchema))?.record,
    async write(record) {
      await writeRecord(bucket, KEY, record, 'always');
    },
  };
}
