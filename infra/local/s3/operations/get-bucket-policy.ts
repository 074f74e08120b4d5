import { S3Error } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';

export const getBucketPolicy: S3Operation = {
  name: 'GetBucketPolicy',
  method: 'GET',
  on: 'bucket',
  selectors: ['policy'],
  run(store, { bucket }) {
    const { policy } = store.buckets.get(bucket);
    if (policy === undefined) {
      throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: bucket });
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
  },
};
