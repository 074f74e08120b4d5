import type { S3Operation } from '../s3-operation.ts';
import { xmlTextResponse } from '../xml-response.ts';

export const getBucketLocation: S3Operation = {
  name: 'GetBucketLocation',
  method: 'GET',
  on: 'bucket',
  selectors: ['location'],
  run(store, { bucket }) {
    store.buckets.get(bucket);
    // S3's oldest region has no name here.
    return xmlTextResponse('LocationConstraint', store.region === 'us-east-1' ? '' : store.region);
  },
};
