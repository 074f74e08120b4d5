import type { S3Operation } from '../s3-operation.ts';

export const abortMultipartUpload: S3Operation = {
  name: 'AbortMultipartUpload',
  method: 'DELETE',
  on: 'object',
  selectors: ['uploadId'],
  run(store, { bucket, key, query }) {
    store.buckets.get(bucket);
    store.uploads.abort(store.uploads.get(bucket, key, query.get('uploadId') ?? ''));
    return { status: 204 };
  },
};
