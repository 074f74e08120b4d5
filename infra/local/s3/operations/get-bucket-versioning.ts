import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const getBucketVersioning: S3Operation = {
  name: 'GetBucketVersioning',
  method: 'GET',
  on: 'bucket',
  selectors: ['versioning'],
  run: (store, { bucket }) => xmlResponse('VersioningConfiguration', { Status: store.buckets.get(bucket).versioning }),
};
