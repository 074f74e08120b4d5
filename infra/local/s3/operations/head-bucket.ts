import type { S3Operation } from '../s3-operation.ts';

export const headBucket: S3Operation = {
  name: 'HeadBucket',
  method: 'HEAD',
  on: 'bucket',
  run(store, { bucket }) {
    store.buckets.get(bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': store.region } };
  },
};
