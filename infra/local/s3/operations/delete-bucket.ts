import type { S3Operation } from '../s3-operation.ts';

export const deleteBucket: S3Operation = {
  name: 'DeleteBucket',
  method: 'DELETE',
  on: 'bucket',
  run(store, { bucket }) {
    store.buckets.remove(bucket);
    return { status: 204 };
  },
};
